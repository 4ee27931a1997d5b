"""The memo pictures of the shipped indicators: how much of them is plot, how many words they have, and what their notes are about."""

import re
import statistics
from itertools import combinations

import pytest

from dashboard.charts.figure import MEMO, MOST_MEMO, drawing_of
from dashboard.charts.picture import picture_of
from dashboard.charts.theme import PALETTES
from dashboard.charts.view import View
from dashboard.export.captions import alternative
from dashboard.words import numbers
from indicators.compute.annotations import annotations_of, in_window
from indicators.compute.change import latest

SMALLEST_TYPE = 8 * 96 / 72 - 0.01
"""Eight points, in pixels."""
LEAST_SHARED = 25


@pytest.fixture(scope="module")
def memos(shipped):
    """Every indicator and variant as a memo's picture: name -> (picture, drawing)."""
    rules = [rule for one in shipped.definitions.values() for rule in (one, *one.variants.values())]
    pictures = {rule.name: picture_of(shipped, View(rule.id, rule.variant)) for rule in rules}
    return {name: (picture, drawing_of(picture, PALETTES["light"], MEMO)) for name, picture in pictures.items()}


def plot_share(figure):
    """Share of the height from the top of the first panel to the foot of the last."""
    layout = figure["layout"]
    return 1 - (layout["margin"]["t"] + layout["margin"]["b"]) / layout["height"]


def words_in(figure):
    texts = (re.sub(r"<[^>]*>", " ", one["text"]) for one in figure["layout"]["annotations"])
    return [token for text in texts for token in text.split() if re.search(r"[^\W\d_]", token)]


def test_a_memo_is_mostly_plot_and_has_few_words(memos):
    shares = {name: plot_share(drawing.figure) for name, (_, drawing) in memos.items()}
    words = {name: len(words_in(drawing.figure)) for name, (_, drawing) in memos.items()}
    plot, count = statistics.median(shares.values()), statistics.median(words.values())
    print(f"{len(memos)} memos: plot {plot:.1%}, least {min(shares.values()):.1%}; words {count}, most {max(words.values())}")
    assert plot >= 0.58
    assert {name: share for name, share in shares.items() if share < 0.52} == {}
    assert count <= 65
    assert {name: count for name, count in words.items() if count > 90} == {}


def test_a_memo_of_an_index_has_few_words_whatever_its_recipe(memos):
    counts = {name: len(words_in(drawing.figure)) for name, (picture, drawing) in memos.items() if picture.series.definition.composite}
    assert len(counts) > 5
    assert {name: count for name, count in counts.items() if count > 65} == {}


def test_the_alternative_text_has_the_value_of_the_headline(memos):
    """The value, what it stands beside and the judgement; parts and charts without a comparable value have other sentences."""
    seen = 0
    for picture, drawing in memos.values():
        newest = latest(picture.series)
        if newest is None or picture.series.parts or newest not in picture.window.values.index:
            continue
        seen, text = seen + 1, alternative(picture, drawing.plan)
        beside = numbers.beside(picture.series, newest) or numbers.joined_change(picture.series, newest)
        assert f" comparable value is {numbers.valued(picture.series, newest)}" in text
        assert f"{beside}." in text, text
    assert seen > 80


def test_no_type_is_smaller_than_eight_points(memos):
    small = {
        (name, one["text"])
        for name, (_, drawing) in memos.items()
        for one in drawing.figure["layout"]["annotations"]
        if one["font"]["size"] < SMALLEST_TYPE
    }
    assert small == set()


def test_two_series_leave_most_of_the_half_to_the_plot(shipped):
    names = list(shipped.definitions)[::6]
    pairs = [(a, b) for a, b in combinations(names, 2) if _frequency(shipped, a) == _frequency(shipped, b)]
    pictures = {pair: picture_of(shipped, View(pair[0], other=pair[1])) for pair in pairs}
    shares = {pair: plot_share(drawing_of(picture, PALETTES["light"], MEMO).figure) for pair, picture in pictures.items()}
    assert len(shares) >= 5
    assert {pair: share for pair, share in shares.items() if share < 0.45} == {}


def _frequency(results, name):
    return results.definitions[name].frequency


def labels(memos, name):
    return {note.label for note in memos[name][1].plan.notes}


def test_notes_are_about_what_the_numbers_do(memos):
    assert {"Entry limits on both sides", "Tokyo announces export curbs"} <= labels(memos, "visitors_korea_to_japan")
    assert "Martial law declared in Seoul" in labels(memos, "approval_korea_president")
    assert labels(memos, "approval_korea_president") & {"Park impeached and suspended", "Yoon impeached and suspended"}
    assert "Yoon visits Tokyo" in labels(memos, "leader_meetings")
    texts = [f"{note.label} {note.text}" for note in memos["ballistic_missile_launches"][1].plan.notes]
    assert [text for text in texts if not re.search("missile|launch|ICBM|sanction", text)] == []


def test_the_impeachment_of_2016_is_the_third_note_on_the_korean_president(memos):
    third = memos["approval_korea_president"][0].notes[2]
    assert (third.start.isoformat(), third.label) == ("2016-12-09", "Park impeached and suspended")


def test_notes_are_the_first_of_the_curated_order_that_have_a_place(memos, shipped):
    """Notes are left out where they have no place; those that have one stay in their order."""
    for name, (picture, drawing) in memos.items():
        placed = [picture.notes.index(note) for note in drawing.plan.notes]
        assert placed == sorted(placed), name
        assert len(placed) <= MOST_MEMO


def test_without_the_curated_order_the_rule_finds_two_of_three_for_half_of_the_indicators(memos, shipped):
    """Measured, so that a change of the rule shows; nothing is tuned for one indicator."""
    shared = {}
    for name in shipped.definitions:
        picture = memos[name][0]
        series, tables = picture.series, shipped.tables
        by_rule = in_window(annotations_of(series, shipped.annotations, tables), *picture.days)
        by_rule = [note for note in by_rule if note in picture.notes][:MOST_MEMO]
        chosen = [note for note in picture.notes if note.row in shipped.choice.get(name, ())][:MOST_MEMO]
        shared[name] = len(set(by_rule) & set(chosen))
    agreeing = [name for name, count in shared.items() if count >= 2]
    print(f"the rule shares two of three notes with the curated order for {len(agreeing)} of {len(shared)} indicators")
    assert len(agreeing) >= LEAST_SHARED
