"""What may be said of the shipped figures: each claim is worked out again from the values, in another way."""

import itertools
import math

import pytest

from dashboard.words import claims as words
from dashboard.words.numbers import number
from indicators.compute.claims import claims
from indicators.nouns.series import Query


def said_of(shipped, rule, **changes):
    query = Query(rule.id, rule.variant)._replace(**changes)
    broken_down = [shipped.series(query._replace(breakdown=one.by)) for one in rule.breakdown]
    return claims(shipped.series(query._replace(breakdown=rule.shown)), broken_down)


@pytest.fixture(scope="module")
def all_said(shipped):
    """The claims about each indicator and variant today, and about each indicator at the end of the period of the journal."""
    rules = [rule for definition in shipped.definitions.values() for rule in definition.rules]
    then = [said_of(shipped, definition, as_of="2024-04-30") for definition in shipped.definitions.values()]
    return [*(said_of(shipped, rule) for rule in rules), *then]


def table(series):
    frame = series.values
    usable = frame["over"] & frame["coverage"].isin(["complete", "near_complete"]) & ~frame["at_least"] & frame["value"].notna()
    return frame.assign(usable=usable).set_index("label")


def between(series, start, end):
    """Rows of a table from a label on and before another; with a season those of the same part of the year."""
    frame = table(series)
    part = frame.loc[start:end].iloc[:-1]
    seasonal = bool(series.definition.season or series.so_far) and series.length % {"annual": 1, "triannual": 3, "monthly": 12}.get(
        series.frequency, 1
    )
    return part[[label[5:] == end[5:] for label in part.index]] if seasonal and series.frequency != "annual" else part


def test_every_indicator_has_a_claim_or_a_reason(all_said):
    assert [one.series.definition.name for one in all_said if bool(one.each) == bool(one.refused)] == []


def test_no_claim_stands_on_a_partial_period_or_across_a_break(all_said):
    wrong = []
    for said in all_said:
        frame = said.series.values
        for one in said.each:
            for period in filter(None, (one.period, one.base, one.start)):
                row = frame.loc[period]
                sound = row["over"] and not row["at_least"] and row["coverage"] in ("complete", "near_complete")
                if not sound or math.isnan(row["value"]) or row["stretch"] != frame.loc[one.period, "stretch"]:
                    wrong.append((said.series.definition.name, one.kind, row["label"]))
    assert wrong == []


def reaches(series, base, period, way):
    """Whether an earlier value is as high (as low), as both are printed."""
    before, now = (series.point(one).value for one in (base, period))
    return before * way >= now * way or number(before, series.unit) == number(now, series.unit)


def test_the_highest_and_the_lowest_are(all_said):
    seen, wrong = 0, []
    for said in all_said:
        for one in (claim for claim in said.each if claim.kind == "extreme"):
            seen += 1
            label = {period: said.series.point(period).label for period in (one.period, one.start, *one.left_out)}
            own = table(said.series).loc[label[one.period], "value"] * one.way
            rows = between(said.series, label[one.start], label[one.period])
            kept = rows.drop([label[period] for period in one.left_out])
            ends = one.base is None or reaches(said.series, one.base, one.period, one.way)
            if not (kept["usable"].all() and (kept["value"] * one.way < own).all() and len(kept) >= 2 and ends):
                wrong.append((said.series.definition.name, label))
    assert wrong == []
    assert seen > 20


def test_what_is_called_the_highest_of_all_ends_where_nothing_older_can_be_compared(all_said):
    seen = 0
    for said in all_said:
        for one in (claim for claim in said.each if claim.kind == "extreme" and claim.base is None):
            seen += 1
            frame, start = table(said.series), said.series.point(one.start).label
            begun = between(said.series, frame.index[0], start)
            excluded = {said.series.point(period).label for period in one.left_out}
            same = begun["usable"] & (begun["stretch"] == frame.loc[start, "stretch"]) & (begun["keys"] == frame.loc[start, "keys"])
            assert not len(begun) or not same.iloc[-1] or begun.index[-1] in excluded, (said.series.definition.name, start)
    assert seen


def test_runs_rise_and_fall_at_every_step(all_said):
    seen = 0
    for said in all_said:
        for one in (claim for claim in said.each if claim.kind == "run"):
            seen += 1
            first, last = (said.series.point(period).label for period in (one.base, one.period))
            rows = between(said.series, first, last)
            values = [*rows["value"].tolist(), said.series.point(one.period).value]
            strided = values[::-1][:: said.series.length if len(values) != one.number + 1 else 1][::-1]
            assert len(strided) == one.number + 1
            assert all((after - before) * one.way > 0 for before, after in itertools.pairwise(strided))
            assert rows["usable"].all()
    assert seen > 10


def test_the_largest_part_is_the_largest_and_the_parts_make_the_whole(shipped, all_said):
    seen = 0
    for said in all_said:
        for one in (claim for claim in said.each if claim.kind == "largest part"):
            seen += 1
            parts = shipped.series(said.series.query._replace(breakdown=one.by)).parts
            values = {code: part.point(one.period).value for code, part in parts.items()}
            assert max(values, key=values.__getitem__) == one.part
            assert sum(values.values()) == said.series.point(one.period).value
            assert one.number == values[one.part] / sum(values.values())
    assert seen > 3


def test_sentences_are_whole(shipped, all_said):
    for said in all_said:
        for one in said.each:
            text = words.short(said, one, shipped.config)
            assert text.endswith(".")
            assert "  " not in text
            assert "None" not in text + words.condition(said, one)


T1 = {"frequency": "triannual", "as_of": "2024-04-30"}
STATEMENTS = [  # what the article says in other words, and what came of it elsewhere in the tables
    ("trilateral_meetings", "journal", T1, "pace", "10 meetings in January–April 2024, one every 12.1 days"),
    ("all_meetings_jpn_kor", "journal", T1, "pace", "21 in January–April 2024, one every 5.76 days"),
    ("visitors_korea_to_japan", None, {"frequency": "annual", "as_of": "2024-04-30"}, "value", "6,958,494 visitors in 2023"),
    ("visitors_all_to_japan", None, {"frequency": "annual", "as_of": "2024-04-30"}, "value", "25,066,350 visitors in 2023"),
    ("korean_share_of_visitors_to_japan", None, {"frequency": "annual", "as_of": "2024-04-30"}, "value", "27.8 % of visitors in 2023"),
    ("visitors_japan_to_korea_official", None, {"as_of": "2024-04-30"}, "value", "2,316,000 visitors in 2023"),
    ("summonses", "journal", T1, "largest part", "the largest part by initiator: South Korea, 67 %"),
    ("new_dialogues", "journal", T1, "value", "3 dialogues in January–April 2024"),
    ("forced_labor_rulings", "journal", T1, "value", "4 rulings in January–April 2024"),
    ("approval_korea_president", None, {"as_of": "2024-04-30"}, "extreme", "the lowest since at least May 2022"),
]
REFUSED = [  # what the article says and these tables do not bear out
    ("trilateral_meetings", "journal", T1, "extreme", "there is no earlier comparable value"),
    ("visitors_all_to_japan", None, {"frequency": "annual", "as_of": "2024-04-30"}, "largest part", ""),
    ("visitors_japan_to_korea_official", None, {"as_of": "2024-04-30"}, "change", "excluded as a base"),
    ("ballistic_missile_launches", None, {}, "change", "a later minimum is already higher"),
    ("favourable_view_of_japan_in_korea", None, {}, "extreme", "the series breaks in between"),
]


@pytest.mark.parametrize(("name", "variant", "asked", "kind", "text"), STATEMENTS, ids=[f"{s[0]}-{s[3]}" for s in STATEMENTS])
def test_statements_of_the_article_come_out(shipped, name, variant, asked, kind, text):
    definition = shipped.definitions[name]
    said = said_of(shipped, definition.variants[variant] if variant else definition, **asked)
    assert text in " ".join(words.short(said, one, shipped.config) for one in said.each if one.kind == kind)


@pytest.mark.parametrize(("name", "variant", "asked", "kind", "why"), REFUSED, ids=[f"{s[0]}-{s[3]}" for s in REFUSED])
def test_statements_that_the_tables_do_not_bear_out_are_not_made(shipped, name, variant, asked, kind, why):
    definition = shipped.definitions[name]
    said = said_of(shipped, definition.variants[variant] if variant else definition, **asked)
    assert kind not in [one.kind for one in said.each]
    assert why in said.silent


def test_yen_for_a_dollar_is_the_highest_since_the_end_of_1986(shipped):
    """162.1 in December 1986 and below 160.8 in every month since, as the table of exchange rates has it."""
    said = said_of(shipped, shipped.definitions["yen_per_dollar"])
    extreme = next(one for one in said.each if one.kind == "extreme")
    assert said.series.point(extreme.base).label == "1986-12"
