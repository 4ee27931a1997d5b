"""No verdict of the shipped project is contradicted by the same series a year before, or by what is known of later periods."""

import math
import re

import pytest

from dashboard.words import numbers
from indicators.compute.change import bound_above, latest, verdict
from indicators.nouns.periods import parse_period
from indicators.nouns.series import Query

RISE = {"higher is better": {"better": 1, "worse": -1}, "lower is better": {"better": -1, "worse": 1}, "none": {}}


@pytest.fixture(scope="module")
def judged(project, shipped):
    """Each definition and variant that has a verdict: its series, the latest comparable period, and the verdict."""
    every = [shipped.series(Query(rule.id, rule.variant)) for one in project.definitions.values() for rule in one.rules]
    return [(one, newest, verdict(one, newest)) for one in every if (newest := latest(one)) is not None]


def year_before(series, period):
    """The value of the same period a year before, where it is of the same kind; NaN otherwise."""
    name = series.point(period).label
    before = parse_period(f"{int(name[:4]) - 1}{name[4:]}")[0]
    known = before in series.values.index and series.point(before).stretch == series.point(period).stretch
    return series.point(before).value if known else math.nan


def test_no_verdict_is_contradicted_by_the_same_series_a_year_before(judged):
    wrong = []
    claims = [(one, given, RISE[one.definition.direction].get(given.word, 0)) for one, _, given in judged]
    for one, given, rise in claims:
        before = year_before(one, given.period) if rise else math.nan
        if not math.isnan(before) and rise * (one.point(given.period).value - before) < 0:
            wrong.append(f"{numbers.headline(one)} A year before: {before}")
    assert wrong == []
    assert sum(rise != 0 for *_, rise in claims) >= 10


def test_no_fall_is_claimed_over_a_later_minimum_that_is_higher(judged):
    falls = [(one, newest) for one, newest, given in judged if given.way < 0 and given.word != "about the same"]
    assert [numbers.headline(one) for one, newest in falls if bound_above(one, newest) is not None] == []


def test_nothing_is_about_the_same_with_a_large_difference_and_no_zero_has_a_direction(judged):
    said = [numbers.change_words(one, given) for one, _, given in judged]
    assert [text for text in said if re.search(r"About the same: \d+ (more|fewer|less)", text)] == []
    assert [text for text in said if re.search(r"(?<![\d.,])0(\.0)?( points)? (more|fewer|less|up|down)", text)] == []
    assert any("so few that chance could explain it" in text for text in said)
