"""The warning about a season that repeats: when it is given, and when not."""

import numpy as np
import pytest

from indicators.warnings.run import warnings_of
from indicators.warnings.season import AGREEMENT, RARE, friedman
from tests.builders import SUMMERS, appended, defined, edited, opened, seasonal

TRAVEL = {"table": "travellers", "where": {"origin": "GRA", "destination": "RUR"}, "reduce": {"sum": {"of": "travellers"}}}
YEARS = range(1883, 1889)
"""January of the first has no month before it: five years in which each change is known."""


def warned(folder):
    """Names of the indicators that have the warning, by the codes of all warnings."""
    return sorted((p.code, p.message.split("'")[1]) for p in warnings_of(opened(folder)))


def test_five_years_of_the_same_months_are_a_season(copy):
    seasonal(copy, YEARS)
    assert warned(copy) == [("season-repeats", "graustarkians_in_ruritania")]


@pytest.mark.parametrize("season", ["yes", "no", "Yes", "'yes'", "true", "false"])
def test_the_key_answers_the_question(copy, season):
    seasonal(copy, YEARS)
    edited(
        copy,
        "indicators/definitions/roads.yaml",
        "destination: RUR}\n    frequency: monthly",
        f"destination: RUR}}\n    season: {season}\n    frequency: monthly",
    )
    project = opened(copy)
    assert ([*project.problems, *warnings_of(project)], project.definitions["graustarkians_in_ruritania"].season) == (
        [],
        season.lower().strip("'") in ("yes", "true"),
    )


def test_an_exemption_silences_it_too(copy):
    seasonal(copy, YEARS)
    edited(
        copy,
        "indicators/definitions/roads.yaml",
        "destination: RUR}\n    frequency: monthly",
        "destination: RUR}\n    excuses: {season-repeats: It is known.}\n    frequency: monthly",
    )
    assert warned(copy) == []


def test_four_years_are_too_few(copy):
    seasonal(copy, range(1884, 1889))
    assert warned(copy) == []


def test_a_trend_alone_is_no_season(copy):
    seasonal(copy, YEARS, shape=range(12))
    assert warned(copy) == []


def test_a_year_with_a_hole_does_not_count(copy):
    seasonal(copy, YEARS)
    edited(copy, "data/travellers.csv", "1886-05,GRA,RUR,1800,", "1886-05,GRA,RUR,,")
    assert warned(copy) == []


@pytest.mark.parametrize(
    "steps",
    [[{"rolling_sum": {"window": 12}}], ["year_on_year"], ["change"], ["cumulative"], ["year_to_date"], [{"rebase": {"period": "1884"}}]],
)
def test_windows_comparisons_and_running_sums_are_not_asked(copy, steps):
    seasonal(copy, YEARS)
    defined(copy, asked=TRAVEL | {"transform": steps, "counts": "Something else than the travellers."})
    assert [name for _, name in warned(copy)] == ["graustarkians_in_ruritania"]


def test_what_is_made_of_windows_alone_is_not_asked_and_of_months_it_is(copy):
    seasonal(copy, YEARS)
    window = TRAVEL | {"transform": [{"rolling_sum": {"window": 6}}], "counts": "Travellers of six months."}
    of_windows = {"combine": {"ratio": {"of": "window", "to": "other"}}, "counts": "One window by the other."}
    of_months = {"combine": {"ratio": {"of": "graustarkians_in_ruritania", "to": "window"}}, "counts": "A month by a window."}
    defined(copy, window=window, other=window | {"transform": [{"rolling_sum": {"window": 4}}]}, of_windows=of_windows, of_months=of_months)
    assert [name for code, name in warned(copy) if code == "season-repeats"] == ["graustarkians_in_ruritania", "of_months"]


def test_a_day_of_each_month_is_asked(copy):
    seasonal(copy, YEARS)
    defined(copy, asked=TRAVEL | {"transform": ["per_day"], "counts": "Something else than the travellers."})
    assert [name for _, name in warned(copy)] == ["asked", "graustarkians_in_ruritania"]


def test_a_variant_that_asks_the_same_has_no_warning_of_its_own(copy):
    seasonal(copy, YEARS)
    defined(copy, asked=TRAVEL | {"counts": "Something else than the travellers.", "variants": {"other": {"notable": 5}}})
    assert [name for _, name in warned(copy)] == ["asked", "graustarkians_in_ruritania"]


def test_events_that_come_in_the_same_months_are_a_season(copy):
    """Duels by month as travellers, for seven years."""
    edited(copy, "data/envoys.resource.yaml", r"'^e-\d\d$'", r"'^[ef]-\d+$'")
    edited(copy, "data/coverage.csv", "envoys,duels,1893-01-01", "envoys,duels,1887-01-01")
    months = [(year, month) for year in range(1887, 1894) for month in range(12)]
    days = [f"{year}-{month + 1:02d}-{day:02d}" for year, month in months for day in range(1, SUMMERS[month] + 1)]
    appended(
        copy,
        "data/envoys.csv",
        *(f"f-{n},{day},,day,duel,RUR;GRA,RUR;GRA,clerk,,cheese,One.,court_diary,{day}" for n, day in enumerate(days)),
    )
    assert ("season-repeats", "duels") in warned(copy)


@pytest.mark.parametrize(("size", "rare"), [(12, "monthly"), (4, "quarterly"), (3, "triannual")])
def test_series_without_a_season_have_the_warning_once_in_a_thousand_times_at_most(size, rare):
    """Steps of a random walk, and differences of noise, which depend on each other."""
    random = np.random.default_rng(7)
    found = 0
    for kind in ("walk", "noise"):
        for _ in range(500):
            steps = random.normal(size=(8, size)) if kind == "walk" else np.diff(random.normal(size=8 * size + 1)).reshape(8, size)
            statistic, agreement = friedman(steps)
            found += statistic >= RARE[rare] and agreement >= AGREEMENT
    assert found <= 5
