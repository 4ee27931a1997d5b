"""Every problem code with its meaning and examples, as `codes.yaml` has them; read where they are shown, checked or tested."""

import functools
import textwrap
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

import yaml

COMMAND = "on the command line"
"""`where` of an example that is typed; any other that names no file is about the machine."""
FILE = Path(__file__).with_name("codes.yaml")


class Code(NamedTuple):
    """One code: what it `means`, in a line; how to `fix` it; a `bad` and a `good` example.

    The examples stand in the file `where`, in the place of the text `instead` (of `good`, if not given); a test tries them.
    `exempt`: what may carry an exemption from this warning.
    """

    code: str
    means: str
    fix: str
    where: str
    bad: str
    good: str
    level: Literal["error", "warning"] = "error"
    instead: str = ""
    exempt: Literal["", "definition", "annotation"] = ""

    @property
    def replaces(self) -> str:
        """The text of the invented project whose place the examples take."""
        return self.instead or self.good

    @property
    def shown(self) -> tuple[str, str]:
        """The two examples as they are shown, bad and good: without the margin that they have in their file."""
        return textwrap.dedent(self.bad.strip("\n")), textwrap.dedent(self.good.strip("\n"))


@functools.cache
def groups() -> Mapping[str, tuple[Code, ...]]:
    """The codes by what they are about."""
    written = yaml.load(FILE.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return MappingProxyType({title: tuple(Code(code, **rest) for code, rest in codes.items()) for title, codes in written.items()})


@functools.cache
def codes() -> Mapping[str, Code]:
    """Every code that a problem can have; a test compares it with the source."""
    return MappingProxyType({one.code: one for group in groups().values() for one in group})


def exemptable(of: Literal["definition", "annotation"]) -> tuple[Code, ...]:
    """The warnings from which a definition or an annotation may be exempted."""
    return tuple(one for one in codes().values() if one.exempt == of)
