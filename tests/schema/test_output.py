"""JSON Schemas for editors: they accept what is right, refuse what `relations check` refuses by its form, and explain every key."""

import functools
import json
import shutil

import pytest
from jsonschema import Draft7Validator

from dashboard.cli import main
from indicators.nouns.config import Config
from indicators.nouns.definition import Definition
from indicators.nouns.descriptor import Resource
from indicators.operations.registry import OPERATIONS
from indicators.operations.where import CONDITIONS
from indicators.reading.project import open_for_names
from indicators.reading.yamlfile import read_yaml
from indicators.schema import WHICH, as_text, path_of, schema_of
from indicators.schema.parts import nouns_in, referred, words_of_fields
from tests.builders import RURITANIA, appended, defined, edited, faults, opened

FILES = {
    "definitions": sorted((RURITANIA / "indicators" / "definitions").glob("*.yaml")),
    "descriptors": sorted((RURITANIA / "data").glob("*.resource.yaml")),
    "config": [RURITANIA / "config.yaml"],
}
ENVOYS, TRAVEL, GUNS, POLLS = (f"data/{name}.resource.yaml" for name in ("envoys", "travellers", "cannonades", "polls"))
RATIO = {"ratio": {"of": "audiences", "to": "duels"}}
ROADS = {"table": "travellers", "where": {}, "coverage": None, "reduce": {"sum": {"of": "travellers"}}}


@functools.cache
def schema_for(which):
    """A schema of the kingdoms as they stand."""
    return schema_of(which, opened(RURITANIA))


@functools.cache
def validator(which):
    return Draft7Validator(schema_for(which))


def refused(which, path):
    """Whether a schema refuses a file."""
    return not validator(which).is_valid(read_yaml(path, path.name, lambda problem: None).data)


@pytest.mark.parametrize(("which", "path"), [(which, path) for which in WHICH for path in FILES[which]], ids=lambda value: str(value)[-30:])
def test_what_is_right_is_accepted(which, path):
    assert [e.message for e in validator(which).iter_errors(read_yaml(path, path.name, print).data)] == []


WRONG = {
    # keys
    "an unknown key": {"titel": "Asked"},
    "no title": {"title": None},
    "an empty title": {"title": ""},
    "no rule": {"counts": None},
    "no unit": {"unit": None},
    "an id": {"id": "asked"},
    "a direction that is none": {"direction": "up"},
    "a frequency that is none": {"frequency": "yearly"},
    "at least none": {"at_least": 0},
    "at least a half": {"at_least": 1.5},
    "notable by a word": {"notable": "much"},
    "notable by nothing": {"notable": 0},
    "notes that are numbers": {"notes": [1]},
    # tables, columns, categories
    "a table that is none": {"table": "envoy"},
    "a table for reference": {"table": "reigns", "where": {}, "coverage": None},
    "finer than the table": ROADS | {"frequency": "daily"},
    "a breakdown by no column": {"breakdown": "kinds"},
    "a breakdown by measured numbers": {"table": "polls", "where": None, "coverage": None, "breakdown": "approve_pct"},
    "a line without a label": {"lines": {"value": 2, "source": "court_diary"}},
    "a line without a source": {"lines": {"value": 2, "label": "Two"}},
    "a line at a word": {"lines": {"value": "two", "label": "Two", "source": "court_diary"}},
    "a line and a band": {"lines": {"value": 2, "low": 1, "high": 3, "label": "Two", "source": "court_diary"}},
    "half a band": {"lines": [{"low": 1, "label": "One", "source": "court_diary"}]},
    "a line in another key": {"lines": {"at": 2, "label": "Two", "source": "court_diary"}},
    "a breakdown by another thing": {"breakdown": {"of": "topic"}},
    "a breakdown graded by no category": {"breakdown": {"by": "initiator", "coverage": {"RUR": "slights"}}},
    "a break on no column": {"break_on": ["kinds"]},
    "no coverage of acts": {"coverage": None},
    "coverage by nothing": {"coverage": []},
    "a category that is none": {"coverage": "audience"},
    "one of two categories is none": {"coverage": {"every": ["audiences", "minister"]}},
    "coverage by another word": {"coverage": {"any": ["audiences"]}},
    "coverage of observations": ROADS | {"coverage": "audiences"},
    # filters
    "a filter that is a text": {"where": "kind = meeting"},
    "an empty list of filters": {"where": []},
    "a column that is none": {"where": {"kinds": "meeting"}},
    "a column that is none, in a list": {"where": [{"kind": "meeting"}, {"kinds": "call"}]},
    "a code that is none": {"where": {"kind": "meting"}},
    "a code that is none, of several": {"where": {"kind": ["meeting", "cal"]}},
    "a code that is none, in a list column": {"where": {"participants": "RURITANIA"}},
    "a code that is none, in a condition": {"where": {"participants": {"exactly": ["RUR", "GRAU"]}}},
    "an empty list of codes": {"where": {"kind": []}},
    "no value": {"where": {"kind": None}},
    "no condition": {"where": {"kind": {}}},
    "a condition that is none": {"where": {"kind": {"nto": "meeting"}}},
    "a condition on lists": {"where": {"kind": {"exactly": ["meeting"]}}},
    "a number for a text": {"where": {"summary": 5}},
    "a text for a number": ROADS | {"where": {"travellers": "many"}},
    "a least text": {"where": {"kind": {"at_least": 3}}},
    "a least word": ROADS | {"where": {"travellers": {"at_least": "many"}}},
    "a period for a text": {"where": {"kind": {"from": "1893"}}},
    "a period that is none": {"where": {"date": {"from": "1893-13"}}},
    "a day that is none": {"where": {"date": "1893"}},
    "blank by a word": {"where": {"office": {"blank": "yes"}}},
    "words that are none": {"where": {"summary": {"contains": []}}},
    "looked up in no table": {"where": {"date": {"listed_in": "drill.date"}}},
    "looked up in no column": {"where": {"date": {"listed_in": "drills.day"}}},
    "looked up in a column of another type": {"where": {"date": {"listed_in": "drills.outcome"}}},
    # steps
    "an operation that is none": {"reduce": "cuont"},
    "an operation without its parameter": {"reduce": "sum"},
    "an operation with parameters in a list": {"reduce": {"sum": ["travellers"]}},
    "two operations": {"reduce": {"count": {}, "days_per_row": {}}},
    "no operation": {"reduce": {}},
    "a parameter that is none": ROADS | {"reduce": {"sum": {"off": "travellers"}}},
    "a parameter too many": {"reduce": {"count": {"of": "topic"}}},
    "a parameter that is no column": ROADS | {"reduce": {"sum": {"of": "traveller"}}},
    "a filter in a parameter": {"reduce": {"share": {"where": {"office": "corwn"}}}},
    "rows of no table": {"reduce": {"days_to_next": {"to": {"table": "drill"}, "within": 3}}},
    "rows of a table, filtered by no column": {
        "reduce": {"days_to_next": {"to": {"table": "drills", "where": {"kind": "x"}}, "within": 3}}
    },
    "rows of a table, graded by no category": {"reduce": {"days_to_next": {"to": {"table": "envoys", "coverage": "duel"}, "within": 3}}},
    "days less than none": {"reduce": {"days_to_next": {"to": {"table": "drills"}, "within": -1}}},
    "a window of none": {"transform": [{"rolling_sum": {"window": 0}}]},
    "a window of words": {"transform": {"rolling_sum": {"window": "12"}}},
    "a window without a length": {"transform": ["rolling_sum"]},
    "a step that is none": {"transform": ["cumulative", "rolling_sm"]},
    "a base that is no period": {"transform": {"rebase": {"period": "1893-13"}}},
    "a score that is none": {"normalise": "goalpost"},
    "a score without its bounds": {"normalise": {"goalposts": {"low": 0}}},
    "a score by the truth of a word": {"normalise": {"goalposts": {"low": 1, "high": 2, "log": "yes"}}},
    "a score without a direction": {"normalise": "minmax", "direction": "none"},
    # made from rows or from parts
    "no table": {"table": None, "where": None, "coverage": None, "combine": None, "reduce": "count"},
    "no reducer": {"reduce": None},
    "two ways": {"combine": RATIO, "table": "envoys", "reduce": "count"},
    "a filter of parts": {"combine": RATIO, "where": {"kind": "meeting"}},
    "a coverage of parts": {"combine": RATIO, "coverage": "audiences"},
    "parts that are none": {"combine": {"ratio": {"of": "audience", "to": "duels"}}},
    "a variant that is none": {"combine": {"sum": {"of": ["audiences@by_years"]}}},
    "parts without a list": {"combine": {"sum": {"of": "audiences"}}},
    "a combination that is none": {"combine": {"product": {"of": "audiences", "to": "duels"}}},
    "parts alone": {"combine": "ratio"},
    # variants
    "a variant of another direction": {"variants": {"other": {"direction": "none"}}},
    "a variant of a variant": {"variants": {"other": {"variants": {}}}},
    "a variant that changes nothing": {"variants": {"other": {}}},
    "a variant with an unknown key": {"variants": {"other": {"titel": "Other"}}},
    "a variant with no column": {"variants": {"other": {"where": {"kinds": "call"}}}},
    "a variant on another table, with the columns of this": {"variants": {"other": ROADS | {"where": {"kind": "call"}, "coverage": []}}},
    "a variant with a score where there is no direction": {"direction": "none", "variants": {"other": {"normalise": "minmax"}}},
    "a variant from parts": {"variants": {"other": {"combine": RATIO}}},
}
RIGHT = {
    "as it is": {},
    "a list of filters": {"where": [{"kind": "meeting"}, {"kind": {"not": "waltz"}, "topic": "opera"}]},
    "no filter": {"where": {}},
    "many conditions": {"where": {"participants": {"all": ["RUR", "GRA"], "none": "SYL"}, "date": {"from": 1893, "to": "1895-T2"}}},
    "words": {"where": {"summary": {"contains": ["cheese", "opera"]}, "office": {"blank": False}}},
    "a day": {"where": {"date": {"not": ["1893-01-01"]}}},
    "looked up": {"where": {"date": {"not_listed_in": "drills.date"}}},
    "numbers": ROADS | {"where": {"travellers": {"at_least": 1000, "at_most": 2000.5}}},
    "a month": ROADS | {"where": {"period": {"from": "1894-06"}}},
    "an operation with no parameters, as a key": {"reduce": {"count": {}}},
    "rows of another table": {"reduce": {"days_to_next": {"to": {"table": "envoys", "where": {"kind": "duel"}}, "within": 0}}},
    "a share": {"reduce": {"share": {"where": {"office": "crown"}}}},
    "one transform": {"transform": "year_to_date"},
    "several": {"transform": ["year_to_date", {"change": {}}, {"year_on_year": {"reference": 1894}}]},
    "a score": {"direction": "lower is better", "normalise": {"goalposts": {"low": 1, "high": 2.5, "log": True}}},
    "a line and a band, two": {
        "lines": [
            {"value": 2, "label": "Two", "source": "court_diary"},
            {"low": 1, "high": 3.5, "label": "Some", "source": "court_diary"},
        ]
    },
    "two breakdowns": {"breakdown": ["topic", {"by": "initiator", "coverage": {"RUR": "slights_by_ruritania"}}]},
    "from parts": {"combine": {"sum": {"of": ["audiences@with_ministers", "duels"]}}},
    "no break": {"break_on": [], "at_least": 3, "notable": 0.5, "notes": "One.", "annotations": "anything"},
    "a variant without a score": {"direction": "lower is better", "normalise": "minmax", "variants": {"other": {"normalise": None}}},
    "a variant on another table": {
        "variants": {"other": {key: value for key, value in ROADS.items() if value is not None} | {"coverage": []}}
    },
    "a variant from a table": {"combine": RATIO, "variants": {"other": {"combine": None, "table": "travellers", "reduce": "count"}}},
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A project with a file for each case, and the problems of its check by file."""
    folder = shutil.copytree(RURITANIA, tmp_path_factory.mktemp("cases") / "ruritania")
    files = {case: defined(folder, f"case_{n}.yaml", **{f"case_{n}": (WRONG | RIGHT)[case]}) for n, case in enumerate([*WRONG, *RIGHT])}
    found = faults(opened(folder))
    return {case: (folder / file, [code for name, _, code in found if name == file]) for case, file in files.items()}


@pytest.mark.parametrize("case", WRONG)
def test_what_the_check_refuses_by_its_form_is_refused(written, case):
    path, codes = written[case]
    assert codes
    assert refused("definitions", path)


@pytest.mark.parametrize("case", RIGHT)
def test_what_the_check_lets_pass_is_accepted(written, case):
    path, codes = written[case]
    assert codes == []
    assert not refused("definitions", path)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("indicators/definitions/court.yaml", "pillar: court", "pillar: courts"),
        ("indicators/definitions/court.yaml", "pillar: court", "pilar: court"),
        ("indicators/definitions/court.yaml", "  duels:", "  Duels:"),
        ("config.yaml", "as_of: 1896-05-20", "as_of: 1896-05"),
        ("config.yaml", "as_of: 1896-05-20", "as-of: 1896-05-20"),
        ("config.yaml", "window: {from: '1893-01'}", "window: {from: 1893}"),
        ("config.yaml", "headline: [audiences, slights]", "headline: [audiences, slight]"),
        ("config.yaml", "annotations: annotations", "annotations: annotation"),
        ("config.yaml", "{id: roads,", "{id: Roads,"),
        ("config.yaml", ", adjective: Ruritanian}", "}"),
        (ENVOYS, "  credit: The", "  credits: The"),
        (ENVOYS, "kind: events", "kind: event"),
        (ENVOYS, "of: [sources.source_id]", "of: [source.source_id]"),
        (ENVOYS, "    duels: {kind: duel}", "    duels: {kind: {nto: duel}}"),
        (ENVOYS, "    duels: {kind: duel}", "    duels: {kind: {listed_in: drills.outcome}}"),
        (ENVOYS, "    duels: {kind: duel}", "    duels: [kind, duel]"),
        (ENVOYS, "primaryKey: [act_id]", "primaryKey: []"),
        (GUNS, "  time: {start: date, precision: date_precision}\n", ""),
        (TRAVEL, "name: period, type: yearmonth", "name: period, type: yearmonths"),
        (TRAVEL, "minimum: 0", "minimum: [0]"),
        (TRAVEL, "counted: A,", "counted: Q,"),
        (TRAVEL, "from: '1894-06'", "from: '1894-66'"),
        (POLLS, "reference: {resource: sources,", "reference: {resource: source,"),
    ],
)
def test_other_files_are_refused_as_the_check_refuses_them(copy, file, old, new):
    which = "config" if file == "config.yaml" else "descriptors" if file.startswith("data") else "definitions"
    edited(copy, file, old, new)
    assert main(["--project", str(copy), "check"]) == 1
    assert refused(which, copy / file)


def test_a_descriptor_may_say_what_is_new(copy):
    """New columns and codes stand in the very file that is edited; the schema, made before, offers but does not refuse."""
    edited(copy, ENVOYS, "enum: [meeting, call, slight, duel, waltz]", "enum: [meeting, call, slight, duel, waltz, sulk]")
    edited(copy, ENVOYS, "    duels: {kind: duel}", "    duels: {kind: duel}\n    sulks: {kind: sulk, room: {not: blue}}")
    edited(copy, ENVOYS, "    - {name: topic,", "    - {name: room, type: string, description: Where.}\n    - {name: topic,")
    assert not refused("descriptors", copy / ENVOYS)


# ---- words ----


def described(schema):
    return bool(schema.get("description")) and bool(schema.get("markdownDescription"))


@pytest.mark.parametrize("stage", OPERATIONS)
def test_every_operation_and_parameter_is_described_with_a_good_and_a_bad_example(stage):
    shared = schema_for("definitions")["definitions"]
    for name, known in OPERATIONS[stage].items():
        operation = shared[f"{stage}_with"]["properties"][name]
        assert described(operation), name
        assert f"`{name}`" in operation["markdownDescription"] or f"{{{name}: " in operation["markdownDescription"]
        assert "; not: " in operation["description"]
        (inner,) = operation["allOf"]
        assert set(inner.get("properties", {})) == set(known.parameters), name
        for key, parameter in inner.get("properties", {}).items():
            assert described(parameter), (name, key)
            assert not parameter["description"].startswith(" "), f"no sentence of the docstring of {name} names `{key}`"
            assert "Not: " in parameter["description"]


@pytest.mark.parametrize("root", [Definition, Resource, Config])
def test_every_key_that_a_person_writes_is_described_at_its_field(root):
    for noun in {*nouns_in(root)}:
        fields = set(noun.model_fields) - ({"id", "pillar", "variant", "composite"} if noun is Definition else set())
        if noun.__name__ != "StepOf":
            assert fields - set(words_of_fields(noun)) == set(), noun


def test_every_key_of_a_definition_is_described():
    shared = schema_for("definitions")["definitions"]
    for key in shared["definition"]["properties"]:
        assert described(shared[f"key_{key}"]), key
    assert set(shared["changes"]["properties"]) == set(shared["definition"]["properties"]) - {"direction", "variants"}


def test_every_condition_is_described():
    shared = schema_for("definitions")["definitions"]
    told = {name: one for kind in ("list", "string", "number", "date") for name, one in shared[f"conditions_{kind}"]["properties"].items()}
    assert set(told) == set(CONDITIONS)
    assert all(map(described, told.values()))


def parts_of(schema, trail=()):
    """Every schema inside a schema."""
    if isinstance(schema, dict):
        yield schema
    for one in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from parts_of(one)


@pytest.mark.parametrize("which", WHICH)
def test_a_schema_is_one_and_its_examples_are_right(which):
    schema = schema_for(which)
    Draft7Validator.check_schema(schema)
    assert set(referred(schema)) == set(schema["definitions"])
    for part in parts_of(schema):
        assert part.get("enum", [1]), "editors refuse an empty enum"
        examples = part.get("examples", []) if isinstance(part.get("examples"), list) else []
        whole = Draft7Validator({"definitions": schema["definitions"], "allOf": [part]})
        assert [e for e in examples if isinstance(e, dict) and not whole.is_valid(e)] == []


# ---- faulty projects ----


def test_a_project_with_faults_has_a_schema_that_knows_what_could_be_read(copy, capsys):
    appended(copy, "indicators/definitions/guns.yaml", "  broken: [")
    edited(copy, GUNS, "  credit:", "  credits:")
    code = main(["--project", str(copy), "schema"])
    said = capsys.readouterr()
    assert code == 1
    assert "guns.yaml" in said.err
    assert "unknown-key" in said.err
    validator = Draft7Validator(json.loads(said.out))
    file = copy / defined(copy, asked={}, parts={"combine": {"sum": {"of": ["audiences", "guns_heard"]}}})
    assert validator.is_valid(json.loads(file.read_text()))
    defined(copy, asked={"table": "cannonades"}, other={"table": "envoys", "where": {"kind": "meting"}})
    at = {error.absolute_path[1] for error in validator.iter_errors(json.loads(file.read_text()))}
    assert at == {"other"}


def test_a_config_with_faults_still_leads_to_tables_and_definitions(copy, capsys):
    edited(copy, "config.yaml", "as_of: 1896-05-20", "as_of: soon")
    assert main(["--project", str(copy), "schema"]) == 1
    shared = json.loads(capsys.readouterr().out)["definitions"]
    assert "audiences@by_year" in shared["indicator"]["enum"]
    assert "where_envoys" in shared


def test_names_are_known_although_their_files_have_faults(copy):
    edited(copy, "indicators/definitions/court.yaml", "pillar: court", "pillar: courts")
    edited(copy, GUNS, "name: cannonades", "name: [cannonades]")
    project = open_for_names(copy)
    assert "audiences" not in project.definitions
    assert "audiences" in project.indicators.all
    assert "envoys" in project.collection.described.names.titles
    assert project.collection.described.names.all is None


def test_without_a_config_there_is_no_project(tmp_path, capsys):
    assert main(["--project", str(tmp_path), "schema", "--write"]) == 1
    assert "config.yaml: error[missing-file]" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# ---- the command ----


@pytest.mark.parametrize("which", WHICH)
def test_a_schema_is_printed(capsys, which):
    assert main(["--project", str(RURITANIA), "schema", which]) == 0
    assert capsys.readouterr().out == as_text(schema_for(which))


def test_definitions_are_what_is_printed_without_a_word(capsys):
    main(["--project", str(RURITANIA), "schema"])
    assert json.loads(capsys.readouterr().out) == schema_for("definitions")


@pytest.mark.parametrize("how", ["a path", "a link"])
def test_no_schema_is_written_outside_the_project(copy, capsys, how):
    outside = copy.parent / "outside"
    (copy / "data").rename(outside)
    if how == "a path":
        edited(copy, "config.yaml", "as_of: ", "data: ../outside\nas_of: ")
    else:
        (copy / "data").symlink_to(outside)
    assert main(["--project", str(copy), "schema", "--write"]) == 1
    assert "outside-project" in capsys.readouterr().err
    assert [path.name for folder in (outside, copy, copy / "indicators") for path in folder.iterdir() if "schema.json" in path.name] == []


def test_written_twice_changes_nothing_and_what_changed_is_said(copy, capsys):
    paths = ["indicators/definitions.schema.json", "data/descriptors.schema.json", "config.schema.json"]
    assert main(["--project", str(copy), "schema", "--write"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"written: {path}" for path in paths]
    before = {path: (copy / path).stat().st_mtime_ns for path in paths}
    assert main(["--project", str(copy), "schema", "--write"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"up to date: {path}" for path in paths]
    assert {path: (copy / path).stat().st_mtime_ns for path in paths} == before
    defined(copy, one_more={})
    main(["--project", str(copy), "schema", "--write"])
    assert capsys.readouterr().out.splitlines() == [f"written: {paths[0]}", f"up to date: {paths[1]}", f"written: {paths[2]}"]


def test_files_stand_where_the_config_puts_the_folders(copy):
    (copy / "data").rename(copy / "tables")
    (copy / "indicators" / "definitions").rename(copy / "rules")
    edited(copy, "config.yaml", "as_of: 1896-05-20", "as_of: 1896-05-20\ndata: tables\ndefinitions: rules")
    project = open_for_names(copy)
    paths = [str(path_of(which, project)) for which in WHICH]
    assert paths == ["rules.schema.json", "tables/descriptors.schema.json", "config.schema.json"]
    assert project.unread == ()


def test_writing_is_of_all_three(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--project", str(RURITANIA), "schema", "config", "--write"])
    assert stop.value.code == 2
