"""The sentences about the latest comparable value of each shipped indicator and variant: short, and with one number in all of them."""

import re

import pytest

from dashboard.words import claims as claim_words
from dashboard.words import numbers
from indicators.compute.change import latest, verdict
from indicators.compute.claims import claims
from indicators.nouns.series import Query

LONG = {"leader_meetings@rolling_12_months": 27, "days_since_leaders_met@any_signal_journal": 28, "all_meetings_jpn_kor@journal": 26}
"""Words of the sentences about three variants, whose titles have nine and ten words; of all others 25."""


def in_words(text):
    """Words, without signs such as that of per cent."""
    return re.findall(r"\w\S*", text)


@pytest.fixture(scope="module")
def newest(shipped):
    """Series with their latest comparable period."""
    rules = [rule for one in shipped.definitions.values() for rule in one.rules]
    every = [shipped.series(Query(rule.id, rule.variant, breakdown=rule.shown)) for rule in rules]
    return [(series, period) for series in every if (period := latest(series)) is not None]


@pytest.fixture(scope="module")
def claimed(shipped):
    """Claims about each indicator and variant, also by the largest parts of each of its breakdowns."""
    rules = [rule for one in shipped.definitions.values() for rule in one.rules]
    wholes = [shipped.series(Query(rule.id, rule.variant, breakdown=rule.shown)) for rule in rules]
    return [claims(one, [shipped.series(one.query._replace(breakdown=split.by)) for split in one.definition.breakdown]) for one in wholes]


def test_the_short_sentences_are_short(newest, claimed, shipped):
    texts = [(series, text(series)) for series, _ in newest for text in (numbers.headline, _short)]
    texts += [(said.series, claim_words.short(said, one, shipped.config)) for said in claimed for one in said.each]
    assert len(texts) > 500
    assert [text for series, text in texts if len(in_words(text)) > LONG.get(series.definition.name, numbers.MOST_WORDS)] == []


def _short(series):
    return numbers.short_sentence(series, latest(series))


def test_all_sentences_print_the_same_value_and_period(newest, shipped):
    for series, period in newest:
        value, when = numbers.number(series.point(period).value, series.unit), numbers.at(series, period).removeprefix("in ")
        found = claims(series)
        said = [claim_words.short(found, one, shipped.config) for one in found.each if one.period == period and not found.part]
        for text in (numbers.headline(series), numbers.sentence(series, period, ""), *said):
            assert re.search(rf": (\+?{re.escape(value)}{'|none' if value == '0' else ''}) ", text), text
            assert when in text, text
        assert f": {value}" in numbers.short_sentence(series, period)


def test_all_sentences_compare_with_the_same_value(newest, shipped):
    """What the headline and the short text compare the latest value with is what the claim of a change does, and what decides."""
    compared = [(series, period, verdict(series, period)) for series, period in newest if not series.definition.composite]
    compared = [one for one in compared if one[2].base is not None and one[2].period == one[1]]
    assert len(compared) > 50
    for series, period, change in compared:
        before = numbers.number(series.point(change.base).value, series.unit)
        claim = next((one for one in claims(series).each if one.kind == "change"), None)
        claimed = [claim_words.short(claims(series), claim, shipped.config)] if claim and claim.period == period else []
        for text in (numbers.headline(series), *claimed):
            is_left_out = "But " in text and not re.search("from |as in ", text)  # a later minimum is more of a piece of news
            assert is_left_out or re.search(rf"from {re.escape(before)} |as in ", text), text
        assert f": {before};" in numbers.short_sentence(series, period)
