"""All codes, by what they are about and by name."""

from collections.abc import Mapping
from types import MappingProxyType

from indicators.codes.asked import ASKED
from indicators.codes.definitions import DEFINITIONS
from indicators.codes.files import FILES
from indicators.codes.keys import KEYS
from indicators.codes.nouns import Code
from indicators.codes.opinions import OPINIONS
from indicators.codes.rows import ROWS

GROUPS: Mapping[str, tuple[Code, ...]] = MappingProxyType(
    {
        "Files": FILES,
        "Keys and values": KEYS,
        "Definitions": DEFINITIONS,
        "Opinions and excuses": OPINIONS,
        "Tables": ROWS,
        "Commands and addresses": ASKED,
    }
)
"""The codes by what they are about."""
CODES: Mapping[str, Code] = MappingProxyType({one.code: one for codes in GROUPS.values() for one in codes})
"""Every code that a problem can have; a test compares it with the source."""
