"""An index in words: beside a year earlier, real changes apart from parts that came or went, and never a level as a state."""

import math

import pytest

from dashboard.words import composite as words
from dashboard.words import numbers
from indicators.compute.composite import index_of
from indicators.compute.pipeline import results
from indicators.nouns.index import Bar, Moved
from indicators.nouns.periods import parse_period
from indicators.nouns.series import Query
from tests.reading.test_composites import mood

NAN = math.nan


def change(*bars, before=40.0):
    """A change between 1894 and 1895 that is the sum of its bars."""
    after = before + sum(bar.real + bar.composition for bar in bars)
    return Moved(parse_period("1894")[0], parse_period("1895")[0], "annual", before, after, bars)


def bar(real=0.0, composition=0.0, before=50.0, after=60.0, clip="", **more):
    return Bar("court", "balls", "Balls", real, composition, before, after, clip, **more)


REMEASURED = bar(real=6.0, composition=2.0, gone=("a",), back=("b",))
STAYED, GONE, BACK = bar(real=6.0), bar(composition=5.5, after=NAN), bar(composition=-5.2, before=NAN)


@pytest.mark.parametrize(
    ("bars", "said"),
    [
        ((STAYED,), ""),
        ((STAYED, GONE), "5.5 of the 11.5 points come from parts that stopped reporting."),
        ((GONE,), "All 5.5 points come from parts that stopped reporting."),
        ((STAYED, BACK), "On the parts that report both times it is up 6.0 points; parts that began to report take away 5.2."),
        ((bar(real=-6.0), GONE), "On the parts that report both times it is down 6.0 points; parts that stopped reporting add 5.5."),
        ((bar(real=1.0), bar(composition=-3.0, after=NAN)), "On the parts that report both times it is up 1.0 points; parts that stopped"),
        ((GONE, bar(composition=-5.5, before=NAN)), "What parts that stopped or began to report added and took away is equal."),
        ((STAYED, bar(composition=0.04, after=NAN)), ""),
        ((REMEASURED,), "2.0 of the 8.0 points come from parts that are measured in another way."),
    ],
)
def test_what_came_of_parts_that_report_at_one_end_only_is_said_apart(bars, said):
    assert words.composition(change(*bars)).startswith(said)
    assert bool(words.composition(change(*bars))) == bool(said)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (STAYED, "+6.0 (score 50, then 60)"),
        (bar(after=50.0), "no change (score 50, then 50)"),
        (GONE, "stopped reporting (score 50 before); the index is 5.5 points higher for that alone"),
        (BACK, "now reports (score 60); the index is 5.2 points lower for that alone"),
        (bar(before=100.0, after=100.0, clip="ceiling"), "at its ceiling both times (score 100): it cannot show a further rise"),
        (bar(before=0.0, after=0.0, clip="floor"), "at its floor both times (score 0): it cannot show a further fall"),
        (bar(before=NAN, after=NAN), "does not report at either end"),
        (
            bar(real=1.0, composition=-0.5, gone=("a",), back=("b",)),
            "+1.0 (score 50, then 60); measured in another way, the index is 0.5 points lower for that alone",
        ),
    ],
)
def test_a_bar_says_what_of_it_is_news(one, said):
    assert words.bar_words(one) == said


def test_a_change_names_both_levels_or_says_where_there_is_none(copy):
    definition = results(mood(copy)).definition("mood")
    assert words.moved_words(change(STAYED), definition) == "Mood of the court: 46 in 1895, 40 in 1894; up 6.0 points."
    assert words.moved_words(change(STAYED, before=NAN), definition).endswith("there is no value in 1895 and in 1894.")


def test_the_sentence_of_an_index(copy):
    """1893 and 1894 rest on the audiences alone, four and two of four; 1895 on approval (28) and two of three slights."""
    made = results(mood(copy))
    index, definition = index_of(made, "mood"), made.definition("mood")

    def said(label):
        return words.short(index, definition, parse_period(label)[0])

    assert said("1893") == "Mood of the court, 1893: 100, no value a year earlier. Based on 50 % of the evidence."
    assert said("1894") == "Mood of the court, 1894: 50, 100 a year earlier. Based on 50 % of the evidence."
    both = "All 19.3 points come from parts that stopped or began to report."
    assert said("1895") == f"Mood of the court, 1895: 31, 50 a year earlier. {both} Based on 50 % of the evidence."
    assert said("1896").startswith("Mood of the court: no value for 1896: ")
    assert words.short(index, definition) == said("1895").replace(", 1895", "")
    assert "not the published recipe" in words.short(index, definition, published=False)


def test_an_experiment_is_marked_wherever_it_is_named(copy):
    made = results(mood(copy, "    frequency: annual\n", "    frequency: annual\n    experimental: true\n"))
    series = made.series(Query("mood"))
    assert numbers.titled(series.definition) == "Mood of the court (experimental)"
    sentence = numbers.short_sentence(series, parse_period("1895")[0])
    assert sentence.startswith("Mood of the court (experimental), 1895: 31 points of 100 (")
    assert "not comparable with 50 a year earlier (other components)" in sentence


def test_the_long_text_has_rule_weights_coverage_and_limits(copy):
    made = results(mood(copy, "    parts:\n", "    notes: [It is only a mood.]\n    not_scored: {guns: Guns are loud.}\n    parts:\n"))
    said = dict(words.long(index_of(made, "mood"), made.definition("mood"), made))
    assert list(said) == ["In short", "What it is", "Parts and weights", "Coverage", "Not scored", "Read with care"]
    assert "Approval" in said["Parts and weights"]
    assert "25 %" in said["Parts and weights"]
    assert said["Coverage"].startswith("2 of 3 parts report, with 50 % of the weight. Held: ")
    assert said["Not scored"].endswith("Guns are loud.")
    assert said["Read with care"] == "It is only a mood."
