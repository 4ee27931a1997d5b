"""The schema files of the shipped project: up to date, pointed to by every YAML file, and satisfied by it."""

import os

import pytest
from jsonschema import Draft7Validator

from indicators.reading.yamlfile import read_yaml
from indicators.schema import WHICH, as_text, path_of, schema_of
from tests.shipped.conftest import ROOT

FILES = {
    "definitions": sorted((ROOT / "indicators" / "definitions").glob("*.yaml")),
    "descriptors": sorted((ROOT / "data").glob("*.resource.yaml")),
    "config": [ROOT / "config.yaml"],
}


@pytest.fixture(scope="module")
def schemas(project):
    return {which: schema_of(which, project) for which in WHICH}


@pytest.mark.parametrize("which", WHICH)
def test_the_schema_file_is_up_to_date(project, schemas, which):
    path = ROOT / path_of(which, project)
    assert path.is_file(), "run: relations schema --write"
    assert path.read_text(encoding="utf-8") == as_text(schemas[which]), "run: relations schema --write"


@pytest.mark.parametrize("which", WHICH)
def test_every_file_points_to_its_schema_and_satisfies_it(project, schemas, which):
    validator, wrong = Draft7Validator(schemas[which]), []
    for path in FILES[which]:
        schema = os.path.relpath(ROOT / path_of(which, project), path.parent)
        if path.read_text(encoding="utf-8").splitlines()[0] != f"# yaml-language-server: $schema={schema}":
            wrong.append((path.name, "its first line"))
        errors = validator.iter_errors(read_yaml(path, path.name, print).data)
        wrong += [(path.name, list(e.absolute_path), e.message) for e in errors]
    assert wrong == []
