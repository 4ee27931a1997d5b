"""Finished parts to one series: recomputed from rows at the frequency asked, then combined."""

import pytest

from indicators.operations import combine
from indicators.problems import ProblemsFound
from indicators.reading.project import open_project
from tests.builders import ask, asked, at, defined, ids, months, plain, told

SHARE = "ruritanian_share"


def test_ratio_difference_and_sum_want_all_their_parts():
    of, to = months("1895-01", 1, None, 3, 4), months("1895-01", 2, 2, None, 0)
    assert plain(combine.ratio(of=of, to=to)) == [0.5, None, None, None]  # nothing is shared among none
    assert plain(combine.difference(of=of, minus=to)) == [-1, None, None, 4]
    assert plain(combine.sum(of=[of, to])) == [3, None, None, 4]


def test_share_by_month(ruritania):
    """2000 of 10000, 4000 of 20000, 6000 of 40000, 8000 of 16000; nobody counted the rest after April."""
    share = told(ask(ruritania, SHARE))
    assert [share[f"1895-0{m}"] for m in range(1, 7)] == [0.2, 0.2, 0.15, 0.5, None, None]
    assert share.get("1894-12") is None


def test_a_quarter_s_share_is_a_ratio_of_sums_never_a_mean_of_ratios(ruritania):
    quarter = told(ask(ruritania, SHARE, frequency="quarterly"))["1895-Q1"]
    assert quarter == pytest.approx(12000 / 70000, abs=1e-6)  # the mean of the three shares is 0.1833


def test_a_year_without_all_of_one_part_is_missing(ruritania):
    assert told(ask(ruritania, SHARE, frequency="annual"))["1895"] is None


def test_the_rows_of_all_parts_are_behind_it(ruritania):
    assert ids(ask(ruritania, SHARE), "1895-02") == ["1895-02|ALL|GRA", "1895-02|RUR|GRA"]


def test_status_and_coverage_are_the_worst_of_the_parts(copy):
    """All of 1896-01 in Graustark were 6000, surely; the Ruritanians among them only provisionally."""
    path = copy / "data/travellers.csv"
    path.write_text(path.read_text() + "1896-01,ALL,GRA,6000,counted,gate_book,gate_keeper\n")
    january = at(asked(copy, combine={"ratio": {"of": "ruritanians_in_graustark", "to": "travellers_in_graustark"}}), "1896-01")
    assert (january["value"], january["status"]) == (0.5, "P")


def test_a_part_may_be_a_variant_and_is_computed_at_the_frequency_asked(ruritania):
    """Audiences and waltzes. 1893: 4 + 1. 1894: 2 + 1. 1896: 2 + 0 so far."""
    yearly = told(ask(ruritania, "contacts"))
    assert [yearly[y] for y in ("1893", "1894", "1896")] == [5, 3, 2]
    assert told(ask(ruritania, "contacts", frequency="monthly"))["1893-05"] == 1


def test_a_sum_of_partial_parts_is_at_least(ruritania):
    year = at(ask(ruritania, "contacts"), "1895")  # at least 3 audiences, and no waltz
    assert (year["value"], bool(year["at_least"]), year["coverage"]) == (3, True, "partial")


@pytest.mark.parametrize(
    "how", [{"difference": {"of": "audiences", "minus": "waltzes"}}, {"ratio": {"of": "waltzes", "to": "audiences"}}], ids=str
)
def test_a_ratio_or_difference_of_partial_parts_is_missing(copy, how):
    year = at(asked(copy, combine=how, frequency="annual"), "1895")
    assert (year["status"], year["coverage"], bool(year["at_least"])) == ("M", "partial", False)
    assert year["why"]


def test_audiences_less_duels(ruritania):
    """4 - 0, 2 - 8, and 1896 so far 2 - 0; of 1895 neither is known."""
    warmth = ask(ruritania, "warmth")
    assert [told(warmth)[y] for y in ("1893", "1894", "1895", "1896")] == [4, -6, None, 2]
    assert at(warmth, "1896")["status"] == "P"


def test_a_transform_comes_after_the_parts_are_combined(copy):
    how = {"ratio": {"of": "ruritanians_in_graustark", "to": "travellers_in_graustark"}}
    changes = told(asked(copy, combine=how, transform="change"))
    assert (changes["1895-02"], changes["1895-03"], changes["1895-04"]) == (0, -0.05, 0.35)


WINDOWED = {"sum": {"of": ["audiences_in_three_periods", "audiences"]}}


def test_a_part_with_a_window_is_not_combined_at_another_frequency(copy):
    """Three issues of the Diary are a year; three years are not."""
    file = defined(copy, asked={"combine": WINDOWED, "frequency": "annual"})
    problems = [p for p in open_project(copy).problems if p.place.file == file]
    assert [(p.code, "audiences_in_three_periods" in p.message, "triannual" in p.hint) for p in problems] == [
        ("part-too-coarse", True, True)
    ]


def test_nor_is_it_when_another_frequency_is_asked(copy):
    """At its own: four audiences in the three issues of 1893, and one in the last of them."""
    assert told(asked(copy, combine=WINDOWED, frequency="triannual"))["1893-T3"] == 5
    with pytest.raises(ProblemsFound) as refused:
        ask(open_project(copy), "asked", frequency="annual")
    assert "triannual" in refused.value.problems[0].hint
