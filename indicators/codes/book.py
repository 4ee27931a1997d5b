"""All codes by name."""

from collections.abc import Mapping
from types import MappingProxyType

from indicators.codes.asked import ASKED
from indicators.codes.definitions import DEFINITIONS
from indicators.codes.files import FILES
from indicators.codes.keys import KEYS
from indicators.codes.nouns import Code
from indicators.codes.opinions import OPINIONS
from indicators.codes.rows import ROWS

CODES: Mapping[str, Code] = MappingProxyType({one.code: one for room in (FILES, KEYS, DEFINITIONS, OPINIONS, ROWS, ASKED) for one in room})
"""Every code that a problem can have; a test compares it with the source."""
