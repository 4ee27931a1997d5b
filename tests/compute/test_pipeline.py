"""Series that are kept: never more than memory has room for, however many are asked for."""

from types import SimpleNamespace

import pytest

from indicators.compute import pipeline
from indicators.compute.pipeline import SeriesCache
from indicators.nouns.series import Query


def of_periods(count, **parts):
    return SimpleNamespace(values=range(count), parts={name: of_periods(size) for name, size in parts.items()})


@pytest.fixture
def cache(monkeypatch):
    monkeypatch.setattr(pipeline, "MOST_KEPT", 3)
    monkeypatch.setattr(pipeline, "MOST_NUMBERS_KEPT", 100)
    return SeriesCache()


def asked(cache, *names, count=10, key=(), **parts):
    for name in names:
        cache.recall(Query(name), key, lambda: of_periods(count, **parts))


def test_those_asked_for_longest_ago_are_dropped(cache):
    asked(cache, "balls", "duels", "slights", "balls", "audiences")
    assert [q.indicator for q in cache._kept] == ["slights", "balls", "audiences"]
    assert cache.numbers == 30


def test_large_ones_leave_room_for_fewer(cache):
    asked(cache, "balls", "duels", "slights")
    asked(cache, "audiences", count=30, RUR=30, GRA=30)
    assert [q.indicator for q in cache._kept] == ["slights", "audiences"]
    assert cache.numbers == 100


def test_one_that_is_too_large_is_kept_alone(cache):
    asked(cache, "balls")
    asked(cache, "audiences", count=1000)
    assert [q.indicator for q in cache._kept] == ["audiences"]


def test_one_that_changed_takes_the_place_of_the_old(cache):
    asked(cache, "balls", count=40)
    asked(cache, "balls", count=50, key=("another",))
    assert cache.numbers == 50
