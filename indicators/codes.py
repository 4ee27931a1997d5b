"""Every problem code with its meaning and examples, as `codes.yaml` has them; read where they are shown, checked or tested."""

import functools
import textwrap
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import yaml

COMMAND = "on the command line"
"""`where` of an example that is typed; any other that names no file is about the machine."""
FILE = Path(__file__).with_name("codes.yaml")


class Example(NamedTuple):
    """A `bad` and a `good` text of the file `where`, in the place of the text `instead` (of `good`, if not given); a test tries them."""

    where: str
    bad: str
    good: str
    instead: str = ""

    @property
    def replaces(self) -> str:
        """The text of the invented project whose place the examples take."""
        return self.instead or self.good

    @property
    def shown(self) -> tuple[str, str]:
        """The two examples as they are shown, bad and good: without the margin that they have in their file."""
        return textwrap.dedent(self.bad.strip("\n")), textwrap.dedent(self.good.strip("\n"))


class Code(NamedTuple):
    """One code: what it `means`, in a line; how to `fix` it; what is said of it (`messages`: a template by case, "" where there is
    one case only); an example of each case that has one. `exempt`: what may carry an exemption from this warning."""

    code: str
    means: str
    fix: str
    messages: Mapping[str, str]
    examples: Mapping[str, Example]
    level: Literal["error", "warning"] = "error"
    exempt: Literal["", "definition", "annotation"] = ""


@functools.cache
def groups() -> Mapping[str, tuple[Code, ...]]:
    """The codes by what they are about."""
    written = yaml.load(FILE.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return MappingProxyType({title: tuple(_code(code, **rest) for code, rest in codes.items()) for title, codes in written.items()})


def _code(code: str, *, means: str, fix: str, cases: Mapping[str, Any] | None = None, **rest: Any) -> Code:
    """A code as the file has it: with one message and example of its own, with `cases` by name, or with both."""
    about = {key: rest.pop(key) for key in ("level", "exempt") if key in rest}
    written = ({"": rest} if rest else {}) | dict(cases or {})
    messages = {name: case["message"] for name, case in written.items() if "message" in case}
    examples = {name: Example(**{k: v for k, v in case.items() if k != "message"}) for name, case in written.items() if "bad" in case}
    return Code(code, means, fix, messages, examples, **about)


@functools.cache
def codes() -> Mapping[str, Code]:
    """Every code that a problem can have; a test compares it with the source."""
    return MappingProxyType({one.code: one for group in groups().values() for one in group})


def exemptable(of: Literal["definition", "annotation"]) -> tuple[Code, ...]:
    """The warnings from which a definition or an annotation may be exempted."""
    return tuple(one for one in codes().values() if one.exempt == of)
