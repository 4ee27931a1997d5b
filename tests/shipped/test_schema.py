"""The schema files of the shipped project: up to date, pointed to by every YAML file, and satisfied by it."""

import os

import pytest
from jsonschema import Draft7Validator

from indicators.reading.yamlfile import read_yaml
from indicators.schema.writing import WHICH, as_text, path_of, schema_of
from tests.shipped.conftest import ROOT

FILES = {
    "definitions": sorted((ROOT / "indicators" / "definitions").glob("*.yaml")),
    "descriptors": sorted((ROOT / "data").glob("*.resource.yaml")),
    "config": [ROOT / "config.yaml"],
}
EACH = [(which, path) for which in WHICH for path in FILES[which]]


@pytest.mark.parametrize("which", WHICH)
def test_the_schema_file_is_up_to_date(project, which):
    path = ROOT / path_of(which, project)
    assert path.is_file(), "run: relations schema --write"
    assert path.read_text(encoding="utf-8") == as_text(schema_of(which, project)), "run: relations schema --write"


@pytest.mark.parametrize(("which", "path"), EACH, ids=[path.name for _, path in EACH])
def test_a_file_points_to_its_schema_and_satisfies_it(project, which, path):
    schema = os.path.relpath(ROOT / path_of(which, project), path.parent)
    assert path.read_text(encoding="utf-8").splitlines()[0] == f"# yaml-language-server: $schema={schema}"
    found = Draft7Validator(schema_of(which, project)).iter_errors(read_yaml(path, path.name, print).data)
    assert [(list(e.absolute_path), e.message) for e in found] == []
