"""The form in which a problem code is explained, and the files of the examples: parts of the project `tests/ruritania`."""

import textwrap
from typing import Literal, NamedTuple

COURT, ROADS, GUNS, CROWD = (f"indicators/definitions/{pillar}.yaml" for pillar in ("court", "roads", "guns", "crowd"))
CONFIG, PACKAGE = "config.yaml", "data/datapackage.yaml"
COMMAND = "on the command line"
"""`where` of an example that is typed; any other that names no file tells of the machine."""


class Code(NamedTuple):
    """One code: what it `means`, in a line; how to `mend` it; an example of each kind, `bad` and `good`.

    The examples stand in the file `where`, in the place of the text `instead` (of `good`, if not given); a test tries them.
    """

    code: str
    means: str
    mend: str
    where: str
    bad: str
    good: str
    level: Literal["error", "warning"] = "error"
    instead: str = ""

    @property
    def stands(self) -> str:
        """The text of the invented project whose place the examples take."""
        return self.instead or self.good

    @property
    def shown(self) -> tuple[str, str]:
        """The two examples as they are shown, bad and good: without the margin that they have in their file."""
        return textwrap.dedent(self.bad.strip("\n")), textwrap.dedent(self.good.strip("\n"))
