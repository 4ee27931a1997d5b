"""The record of a picture and its code: what changes it and what does not; and what verification says of an old one."""

import datetime
import json
import re

import pytest

from dashboard.charts.picture import picture_of
from dashboard.charts.view import code_of, parse_view
from dashboard.export.embed import record_of
from dashboard.export.extract import read_file
from dashboard.export.verify import verify
from indicators.compute.pipeline import results
from tests.builders import SALVO_OF_1895, appended, defined, edited, opened

COURT, ENVOYS, COVERAGE = "indicators/definitions/court.yaml", "data/envoys.csv", "data/coverage.csv"
AUDIENCE = "e-38,1893-04-01,,day,meeting,RUR;GRA,RUR;GRA,sovereign,crown,,A joke.,court_diary,1893-04-01"
DAY = datetime.date(1896, 5, 21)


def record(made, text="audiences?variant=by_year"):
    return record_of(made, picture_of(made, parse_view(text)), DAY)


def again(folder):
    return results(opened(folder))


def one_more_audience(folder):
    appended(folder, ENVOYS, AUDIENCE)
    edited(folder, COVERAGE, "complete,6,the throne", "complete,7,the throne")


def test_the_code_has_eight_characters_that_cannot_be_confused(made):
    code = picture_of(made, parse_view("audiences")).code
    assert re.fullmatch(r"RH(-[0-9A-HJKMNP-TV-Z]{4}){2}", code)


def test_every_view_of_every_indicator_has_a_code_of_its_own(made):
    texts = [name for d in made.definitions.values() for name in (d.id, *(f"{d.id}@{v}" for v in d.variants))]
    asked = ("frequency=annual", "breakdown=level", "with=duels", "from=1894", "transform=change", "annotations=off")
    texts += [f"audiences?{search}" for search in asked]
    codes = {picture_of(made, parse_view(text)).code for text in texts}
    assert len(codes) == len(texts)


def test_a_default_written_out_is_the_same_view(made):
    plain, full = record(made, "audiences"), record(made, "audiences?frequency=monthly&annotations=on&from=1893-01&as_of=1896-05-20")
    assert plain["fingerprint"] == full["fingerprint"]


def test_words_and_days_are_no_part_of_the_code(copy):
    before = record(again(copy))
    edited(copy, COURT, "title: Audiences\n", "title: Royal audiences\n")
    edited(copy, COURT, "How often do the sovereigns", "How seldom do the sovereigns")
    after = record_of(again(copy), picture_of(again(copy), parse_view("audiences?variant=by_year")), datetime.date(1900, 1, 1))
    assert after["fingerprint"] == before["fingerprint"]
    assert after["definitions"] != before["definitions"]


@pytest.mark.parametrize(
    "change",
    [
        one_more_audience,
        lambda folder: edited(folder, COVERAGE, "complete,6,the throne", "near_complete,6,the throne"),
        lambda folder: edited(folder, COURT, "normalise: {goalposts: {low: 0, high: 4}}", "normalise: {goalposts: {low: 0, high: 5}}"),
    ],
    ids=["a number", "a coverage level", "the definition"],
)
def test_what_changes_the_numbers_or_the_definition_changes_the_code(copy, change):
    before = record(again(copy))["fingerprint"]
    change(copy)
    assert record(again(copy))["fingerprint"] != before


def test_the_record_is_plain_json_with_every_row_and_source(made):
    kept = record(made)
    assert json.loads(json.dumps(kept, allow_nan=False)) == kept
    points = {p["period"]: p for p in kept["series"][0]["points"]}
    assert points["1894"]["value"] == 2
    assert points["1894"]["rows"] == ["envoys:e-11", "envoys:e-15"]
    assert {s["id"] for s in kept["sources"]} == {"court_diary", "opera_bell"}
    assert kept["data"]["envoys"]["rows"] == 37
    assert kept["view"] == "audiences?variant=by_year"


def test_the_same_project_has_the_same_numbers(made):
    verdict = verify(made, record(made))
    assert verdict.same is True
    assert verdict.reasons[0].startswith("same numbers today (audiences?variant=by_year")


def test_other_texts_are_reported_and_change_nothing(copy):
    before = record(again(copy))
    edited(copy, COURT, "title: Audiences\n", "title: Royal audiences\n")
    verdict = verify(again(copy), before)
    assert verdict.same is True
    assert any(words.startswith("the text of audiences changed: title was 'Audiences'") for words in verdict.reasons)


def test_a_later_day_of_the_data_changes_nothing_by_itself(copy):
    before = record(again(copy))
    edited(copy, "config.yaml", "as_of: 1896-05-20", "as_of: 1896-05-21")
    assert verify(again(copy), before).same is True


def test_another_rule_of_a_part_is_reported(copy):
    before = record(again(copy), "warmth")
    edited(copy, COURT, "    where: {kind: duel}", "    where: {kind: [duel, waltz]}")
    words = "\n".join(verify(again(copy), before).reasons)
    assert "the definition of an indicator that warmth combines changed" in words


def test_the_record_names_every_table_that_was_read(made):
    assert set(record(made, "approval")["data"]) == {"polls", "reigns"}
    assert set(record(made, "drill_after_salvo")["data"]) == {"cannonades", "drills"}


def test_a_new_row_is_named_with_the_period_that_it_changed(copy):
    before = record(again(copy))
    one_more_audience(copy)
    verdict = verify(again(copy), before)
    assert verdict.same is False
    words = "\n".join(verdict.reasons)
    assert "audiences@by_year, 1893: 4 (complete) then, 5 (complete) now: with envoys:e-38 (" in words
    assert "A joke." in words
    assert "1894:" not in words
    assert "the table envoys changed: 37 rows then, 38 now" in words


def test_a_row_that_is_gone_is_named(copy):
    one_more_audience(copy)
    before = record(again(copy))
    path = copy / ENVOYS
    path.write_text(path.read_text().replace(AUDIENCE + "\n", ""))
    edited(copy, COVERAGE, "complete,7,the throne", "complete,6,the throne")
    assert "without envoys:e-38" in "\n".join(verify(again(copy), before).reasons)


def test_a_cell_that_changed_is_reported_though_the_rows_are_the_same(copy):
    edited(copy, *SALVO_OF_1895)
    before = record(again(copy), "guns_heard")
    edited(copy, "data/cannonades.csv", "c-01,1895-01-10,day,3", "c-01,1895-01-10,day,4")
    words = "\n".join(verify(again(copy), before).reasons)
    assert "January 1895: 12 (complete) then, 13 (complete) now; the rows are the same" in words


def test_a_difference_too_small_to_be_printed_is_named(copy):
    """The poll of Michael in July 1895 by the Hentzau Weekly: 26, then 26.02."""
    before = record(again(copy), "approval")
    edited(copy, "data/polls.csv", "p-10,Michael,Hentzau Weekly,1895-07-24,26", "p-10,Michael,Hentzau Weekly,1895-07-24,26.02")
    words = "\n".join(verify(again(copy), before).reasons)
    assert "24.0 % (complete, first after a break) now (the difference is smaller than is shown)" in words


def test_a_changed_definition_is_reported_word_for_word(copy):
    before = record(again(copy))
    edited(copy, COURT, "normalise: {goalposts: {low: 0, high: 4}}", "normalise: {goalposts: {low: 0, high: 5}}")
    verdict = verify(again(copy), before)
    assert verdict.same is False
    assert "the definition of audiences changed: normalise.parameters.high was 4, now 5" in verdict.reasons


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (None, "no record that can be read"),
        ({"format": "relations-record/9"}, "relations-record/9"),
        ({"format": "relations-record/1"}, "damaged"),
        ({"format": "relations-record/1", "view": "audienses", "view_with_defaults": {"as_of": "1896-05-20"}}, "damaged"),
        ({"format": "relations-record/1", "view": "a" * 5000}, "more than 2,000 characters"),
        ({"format": "relations-record/1", "view": "audiences", "view_with_defaults": []}, "damaged"),
        ({"format": "relations-record/1", "series": [{"points": [{"value": 10**400}]}]}, "far too large"),
        ({"format": "relations-record/1", "series": [{"points": [{"value": float("inf")}]}]}, "infinite"),
        (["relations-record/1"], "reads only"),
    ],
)
def test_what_cannot_be_determined_is_reported(made, kept, words):
    verdict = verify(made, kept)
    assert verdict.same is None
    assert words in " ".join(verdict.reasons)


@pytest.mark.parametrize("number", ["Infinity", "NaN", "1e999", "9" * 401, "9" * 5000])
def test_a_number_in_a_file_that_is_none_damages_its_record(made, tmp_path, number):
    written = re.sub('"value": [0-9]+', f'"value": {number}', json.dumps(record(made)), count=1)
    (tmp_path / "record.json").write_text(written)
    verdict = verify(made, read_file(tmp_path / "record.json").record)
    assert verdict.same is None
    assert "damaged" in verdict.reasons[0]


def test_an_indicator_that_is_gone_is_reported(copy):
    file = defined(copy, asked={})
    before = record(again(copy), "asked")
    (copy / file).unlink()
    verdict = verify(again(copy), before)
    assert verdict.same is None
    assert "the view cannot be computed now" in verdict.reasons[0]


def changed_at(kept, *trail, to):
    """A record that says something else in one place."""
    made = json.loads(json.dumps(kept))
    place = made
    for key in trail[:-1]:
        place = place[key]
    place[trail[-1]] = to(place[trail[-1]]) if callable(to) else to
    return made


@pytest.mark.parametrize(
    ("trail", "to"),
    [
        (("series", 0, "points", 0, "value"), 70),
        (("series", 0, "points", 1, "at_least"), True),
        (("series", 0, "points", 1, "coverage"), "sample"),
        (("series", 0, "name"), "duels"),
        (("series",), []),
        (("rules",), []),
        (("definitions",), []),
        (("rules", 0, "direction"), "lower is better"),
        (("definitions", 0, "unit"), "duels"),
        (("view",), "duels"),
        (("view_with_defaults", "from"), "1894-01-01"),
        (("fingerprint",), "RH-0000-0000"),
    ],
)
def test_a_record_that_contradicts_itself_is_altered(made, trail, to):
    verdict = verify(made, changed_at(record(made), *trail, to=to))
    assert verdict.same is False
    assert verdict.reasons[0].startswith("altered: ")


def test_a_record_with_other_numbers_and_their_code_is_compared(made):
    """What a forger does who knows how the code is made: the numbers of today decide."""
    forged = changed_at(record(made), "series", 0, "points", 0, "value", to=70)
    forged["fingerprint"] = code_of(forged["view_with_defaults"], forged["rules"], forged["series"])
    verdict = verify(made, forged)
    assert verdict.same is False
    assert any(" then, " in reason for reason in verdict.reasons)


def test_nothing_in_a_record_acts_on_a_terminal_or_fills_it(made):
    forged = changed_at(record(made), "view_with_defaults", to=lambda view: view | {f"\x1b[2J{n}": "\u202e" for n in range(1000)})
    forged["fingerprint"] = code_of(forged["view_with_defaults"], forged["rules"], forged["series"])
    reasons = verify(made, forged | {"made_on": "\x1b]0;owned\x07" + "x" * 100_000}).reasons
    assert all(reason.isprintable() for reason in reasons)
    assert len("".join(reasons)) < 20_000
