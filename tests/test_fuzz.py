"""Some of the spoiled files of `tests/fuzzing.py` (`make bench` has 20,000), and whatever else YAML may hold.

The cases are the same ones in every run: readers of single files, and a few opened projects.
"""

import datetime

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from indicators.nouns.config import Config
from indicators.nouns.descriptor import Resource
from indicators.nouns.package import Package
from indicators.problems import Place, Problem
from indicators.reading.definitions import read_definitions
from indicators.reading.validation import from_file
from indicators.reading.yamlfile import parse_yaml, read_yaml
from tests.fuzzing import case, failures, good, mutant_of, owed_faults, told


@pytest.mark.parametrize(("asks", "many"), [("reader", 40), ("project", 8)], ids=["readers", "projects"])
def test_a_spoiled_file_gives_problems_and_nothing_else(asks, many):
    numbers = [n for n in range(400) if case(n).asks == asks][:many]
    assert len(numbers) == many
    assert told(failures(numbers)) == ""


def test_a_number_is_always_the_same_case():
    for n in range(60):
        assert mutant_of(case(n)) == mutant_of(case(n))


def test_every_kind_of_file_is_spoiled_and_most_for_good():
    cases = [case(n) for n in range(300)]
    assert {one.file for one in cases if one.project == "ruritania"} == set(good("ruritania").texts)
    changed = [one for one in cases if mutant_of(one).raw != good(one.project).texts[one.file].encode()]
    assert len(changed) > 280


def test_a_strange_key_that_nobody_mentions_is_a_failure():
    """The rule itself: silence, another line and another key are all noticed."""
    number = next(n for n in range(100) if mutant_of(case(n)).owed)
    one, mutant = case(number), mutant_of(case(number))
    line, key = mutant.owed
    assert owed_faults([], one, mutant)
    assert owed_faults([Problem(Place(one.file, line + 1), "unknown-key", key)], one, mutant)
    assert owed_faults([Problem(Place(one.file, line), "unknown-key", "another")], one, mutant)
    assert owed_faults([Problem(Place(one.file, line), "unknown-key", f"there is no key {key!r}")], one, mutant) == []


# ---- whatever YAML may hold ----

KNOWN = ["pillar", "indicators", "title", "where", "reduce", "transform", "schema", "fields", "relations", "pillars", "window", "names"]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["audiences", "court", "count", "2024-01-01"]),
    st.dates(min_value=datetime.date(1, 1, 1)),
)
KEYS = st.one_of(st.sampled_from(KNOWN), st.text(max_size=5), st.integers(), st.none(), st.booleans())
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12)
MAPPINGS = st.dictionaries(KEYS, VALUES, max_size=6)
SETTINGS = settings(max_examples=50, deadline=None, derandomize=True, phases=[Phase.generate])


@SETTINGS
@given(MAPPINGS, st.sampled_from([Config, Resource, Package]))
def test_any_structure_is_a_noun_or_has_problems(data, noun):
    found = []
    file = parse_yaml(yaml.safe_dump(data, allow_unicode=True), "x.yaml", found.append)
    made = from_file(noun, file, found.append) if file else None
    assert made or found
    assert all(p.message and p.place.file == "x.yaml" for p in found)


@SETTINGS
@given(st.dictionaries(st.sampled_from(["audiences", "x", "2"]), VALUES, max_size=3))
def test_any_structure_is_definitions_or_has_problems(tmp_path_factory, indicators):
    folder, found = tmp_path_factory.getbasetemp() / "structures", []
    folder.mkdir(exist_ok=True)
    (folder / "x.yaml").write_text(yaml.safe_dump({"pillar": "court", "indicators": indicators}, allow_unicode=True), encoding="utf-8")
    written, _ = read_definitions(folder.parent, folder.name, ("court",), found.append)
    assert set(indicators) <= {*written} or found


@SETTINGS
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_have_problems(tmp_path_factory, raw):
    path, found = tmp_path_factory.getbasetemp() / "bytes.yaml", []
    path.write_bytes(raw)
    assert read_yaml(path, "bytes.yaml", found.append) or found
