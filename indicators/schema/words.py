"""What an editor tells of a key, an operation or a condition: docstrings as descriptions, with their examples."""

import ast
import inspect
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import yaml
from pydantic import BaseModel

from indicators import model
from indicators.yamlfile import parse_yaml

Schema = dict[str, Any]

GOOD = re.compile(r"\bE\.g\. (.+?)(?:; not:|\.\s|\.?$)")
QUOTED = re.compile(r"`([^`]+)`")


def told(text: str, example: str = "") -> Schema:
    """A text as the description of a schema, and the same in Markdown, where code that runs may follow it.

    >>> told("Sum of `of`.")
    {'description': 'Sum of of.', 'markdownDescription': 'Sum of `of`.'}
    """
    code = f"\n\n```python\n{example}\n```" if example else ""
    return {"description": text.replace("`", ""), "markdownDescription": text + code}


def one_line(docstring: str | None) -> str:
    """A docstring on one line."""
    return " ".join((docstring or "").split())


def prose_and_example(function: Callable[..., Any]) -> tuple[str, str]:
    """What the docstring of a function says, on one line, and the example that runs below it."""
    prose, mark, example = (inspect.getdoc(function) or "").partition(">>>")
    return one_line(prose), (mark + example).strip()


def sentences_on(name: str, prose: str) -> str:
    """The sentences of a docstring that name a parameter.

    >>> sentences_on("window", "Sum of the last `window` periods. NaN before.")
    'Sum of the last `window` periods.'
    """
    return " ".join(sentence for sentence in re.split(r"(?<=[.])\s+", prose) if f"`{name}`" in sentence)


def examples_in(text: str) -> list[Any]:
    """Values in backquotes after "E.g.", as YAML reads them.

    >>> examples_in("How often. E.g. `3`, `'2012'`; not: `0`.")
    [3, '2012']
    """
    found = GOOD.search(text)
    return [read_value(code) for code in QUOTED.findall(found[1])] if found else []


def read_value(code: str) -> Any:
    """One value written in YAML; days stay text."""
    file = parse_yaml(f"value: {code}", "example", lambda problem: None)
    return file.data["value"] if file else code


def in_yaml(value: Any) -> str:
    """A value as YAML writes it on one line.

    >>> in_yaml({"sum": {"of": "visitors"}})
    '{sum: {of: visitors}}'
    """
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=1_000_000)
    return text.removesuffix("\n...\n").strip()


def words_of_fields(noun: type[BaseModel]) -> Mapping[str, str]:
    """What the docstrings below the fields of a noun say, by field."""
    definition = ast.parse(inspect.getsource(noun)).body[0]
    assert isinstance(definition, ast.ClassDef)
    return {name: text for name, text in map(_told_below, definition.body, definition.body[1:]) if name}


def words_of_references() -> Mapping[str, str]:
    """What the docstrings below `Column`, `Part` and the like say of what a parameter may refer to, by kind."""
    found = {name: text for name, text in map(_told_below, *zip(*pairwise(ast.parse(inspect.getsource(model)).body), strict=True)) if name}
    marked = {name: getattr(getattr(model, name), "__metadata__", ()) for name in found}
    return {marks[0]: found[name].partition(" -> ")[0] for name, marks in marked.items() if marks and isinstance(marks[0], str)}


def _told_below(one: ast.stmt, below: ast.stmt) -> tuple[str, str]:
    """Name and docstring of a field or alias; ("", "") where it has none."""
    target = one.target if isinstance(one, ast.AnnAssign) else one.targets[0] if isinstance(one, ast.Assign) else None
    if isinstance(target, ast.Name) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
        return target.id, one_line(str(below.value.value))
    return "", ""
