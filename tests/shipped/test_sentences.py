"""The sentences about the latest comparable value of each shipped indicator and variant: short, and with one number in all of them."""

import re

import pytest

from dashboard.words import claims as claim_words
from dashboard.words import numbers
from indicators.compute.change import latest
from indicators.compute.claims import claims
from indicators.nouns.series import Query

MOST = 25
WORD = re.compile(r"\w\S*")
"""A word: not a sign such as that of per cent."""


@pytest.fixture(scope="module")
def newest(shipped):
    """Series with their latest comparable period."""
    rules = [rule for one in shipped.definitions.values() for rule in one.rules]
    every = [shipped.series(Query(rule.id, rule.variant, breakdown=rule.shown)) for rule in rules]
    return [(series, period) for series in every if (period := latest(series)) is not None]


def test_the_short_sentence_is_short(newest):
    long = [text for series, period in newest if len(WORD.findall(text := numbers.short_sentence(series, period))) > MOST]
    assert long == []


def test_all_sentences_print_the_same_value_and_period(newest, shipped):
    for series, period in newest:
        value, when = numbers.number(series.point(period).value, series.unit), numbers.at(series, period)
        found = claims(series)
        said = [claim_words.short(found, one, shipped.config) for one in found.each if one.period == period and not found.part]
        for text in (numbers.headline(series), numbers.sentence(series, period, ""), *said):
            assert f": {value} " in text, text
            assert when in text, text
        assert f": {value}" in numbers.short_sentence(series, period)
