"""Thresholds as a timer asks for them: the exit code, the lines and the JSON."""

import json

import pytest

from dashboard.cli import main
from tests.builders import DEFINITIONS, defined, edited

COURT = f"{DEFINITIONS}/court.yaml"
SLIGHTS = {"table": "envoys", "where": {"kind": "slight"}, "frequency": "annual", "direction": "lower is better", "unit": "slights"}
SLIGHTS |= {"title": "Slights", "coverage": {"every": ["slights_by_ruritania", "slights_by_graustark"]}}
QUIET, ALERT = {**SLIGHTS, "alert": {"above": 2}}, {**SLIGHTS, "alert": {"above": 1}}
LEAST = {"frequency": "half-yearly", "alert": {"above": 3}}
UNKNOWN = {**LEAST, "where": {"kind": "duel"}}
"""Two slights in 1896 so far, two in 1895. In the second half of 1895 the turnstile of the throne was watched in part, and there is a
rumour of one audience and none of a duel."""


@pytest.fixture
def alert(copy, capsys):
    """Exit code, output and errors of `relations alert` about the copied kingdoms with some indicators."""

    def asked(*words, **indicators):
        defined(copy, **indicators)
        code = main(["--project", str(copy), "alert", *words])
        return code, *capsys.readouterr()

    return asked


def test_the_exit_code_tells_quiet_from_an_alert_and_both_from_no_data(alert):
    assert alert(calm=QUIET)[:2] == (0, "quiet: calm: Slights, 1895: 2. Not above 2.\n")
    assert alert(calm=QUIET, insulted=ALERT)[:2] == (
        3,
        "alert: insulted: Slights, 1896: 2 (not over yet). Above 1.\nquiet: calm: Slights, 1895: 2. Not above 2.\n",
    )


def test_nothing_known_is_neither_quiet_nor_an_alert(alert):
    half = "Asked, July–December 1895"
    minimum = f"no data: least: {half}: at least 1. Whether it is above 3 is not known: this value is a minimum.\n"
    assert alert(least=LEAST)[:2] == (4, minimum)
    why = "collection is partial and nothing was found"
    assert alert(calm=QUIET, unknown=UNKNOWN)[:2] == (
        4,
        f"no data: unknown: {half}: no value ({why}). Whether it is above 3 is not known.\nquiet: calm: Slights, 1895: 2. Not above 2.\n",
    )


def test_it_is_said_where_later_periods_may_not_be_published_yet(alert):
    rule = {"table": "travellers", "where": {"origin": "RUR", "destination": "GRA"}, "reduce": {"sum": {"of": "travellers"}}}
    code, said, _ = alert(calm=QUIET, gate={**rule, "title": "Gate", "unit": "travellers", "alert": {"above": 9000}})
    assert code == 0
    last = "quiet: gate: Gate, March 1896: 9,000 travellers (first after a break). Not above 9,000."
    assert f"{last} Later periods are not published yet: this one is 1 month old." in said.splitlines()
    assert "quiet: calm: Slights, 1895: 2. Not above 2." in said.splitlines()


def test_an_alert_counts_more_than_no_data_and_an_error_more_than_both(alert, copy):
    found = {"unknown": UNKNOWN, "rare": {**SLIGHTS, "alert": {"below": 3}}}
    assert alert(**found)[0] == 3
    edited(copy, COURT, "reduce: {distinct: {of: topic}}", "reduce: {distinct: {of: topics}}")
    code, said, wrong = alert(rare=found["rare"])
    assert (code, "alert: rare: " in said, "error[unknown-column]" in wrong) == (1, True, True)
    assert alert("rare", rare=found["rare"])[0] == 1  # what is wrong in a definition is always said


def test_json_has_state_value_and_period(alert):
    _, said, _ = alert("--format", "json", insulted=ALERT)
    (one,) = json.loads(said)["indicators"]
    expected = {"indicator": "insulted", "state": "alert", "passed": "above", "thresholds": {"above": 1}, "period": "1896", "value": 2}
    assert {key: one[key] for key in expected} == expected
    assert (one["at_least"], one["over"], one["why"]) == (False, False, None)


def test_a_value_that_is_missing_is_no_number_in_json(alert):
    _, said, _ = alert("--format", "json", unknown=UNKNOWN)
    (one,) = json.loads(said)["indicators"]
    assert (one["state"], one["value"], one["period"]) == ("no data", None, "1895-H2")
    assert one["why"]


def test_a_variant_has_a_threshold_of_its_own_or_none(alert):
    variants = {"by_month": {"frequency": "monthly", "coverage": "all_acts"}, "strict": {"alert": {"above": 1}}}
    code, said, _ = alert(calm={**QUIET, "variants": variants})
    assert (code, [line.split(": ")[1] for line in said.splitlines()]) == (3, ["calm@strict", "calm"])
    assert "error[no-threshold]: 'calm@by_month' has no threshold" in alert("calm@by_month", calm={**QUIET, "variants": variants})[2]


def test_a_timer_that_watches_nothing_is_not_quiet(alert):
    assert alert()[:2] == (1, "")
    assert "there is no indicator 'calm?from=1894'" in alert("calm?from=1894", calm=QUIET)[2]


def test_a_former_name_is_known(alert):
    code, said, note = alert("calmer", calm={**QUIET, "formerly": ["calmer"]})
    assert (code, said.partition(":")[0], note) == (0, "quiet", "note: calmer is now called calm\n")


@pytest.mark.parametrize(
    ("limits", "code", "words"),
    [
        ("{above: '5 slights'}", "wrong-value", "'5 slights'"),
        ("{above: -1}", "wrong-value", "one side of -1"),
        ("{}", "wrong-value", "or none"),
        ("{over: 5}", "unknown-key", "'over'"),
        ("{above: .inf}", "not-a-number", "'.inf'"),
        ("5", "wrong-value", "5"),
    ],
)
def test_what_is_no_threshold_is_told_at_its_line(copy, capsys, limits, code, words):
    line = edited(copy, COURT, "    unit: slights\n", f"    unit: slights\n    alert: {limits}\n") + 1
    assert main(["--project", str(copy), "check"]) == 1
    (said,) = [one for one in capsys.readouterr().out.splitlines() if "error[" in one]
    assert said.startswith(f"{COURT}:{line}: error[{code}]: ")
    assert words in said


def test_a_threshold_beyond_what_a_value_can_be_is_an_error(copy, capsys):
    bound = "    unit: slights\n    bound: {low: 0, high: 8}\n"
    line = edited(copy, COURT, "    unit: slights\n", f"{bound}    alert: {{above: 8}}\n") + 2
    assert main(["--project", str(copy), "check"]) == 1
    said = capsys.readouterr().out
    assert f"{COURT}:{line}: error[wrong-value]: all values of this indicator are on one side of 8, as above is" in said
    assert "values run from 0 to 8" in said
