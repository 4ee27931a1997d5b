"""Libraries that are imported when the first of their names is used: `nw` is Narwhals, `yaml` is PyYAML.

Importing the two takes an eighth of what importing pandas takes, and a command that only says how it is called needs
neither. Annotations that name them are never evaluated: they stand in quotes, or the module postpones all of its own.
"""

import importlib
from typing import TYPE_CHECKING, Any

__all__ = ["nw", "yaml"]


class _WhenUsed:
    """A module, imported when one of its names is first used."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what Python itself asks for, as when a module is copied
            raise AttributeError(name)
        found = getattr(importlib.import_module(self._name), name)
        setattr(self, name, found)  # from now on it is found without asking here
        return found


if TYPE_CHECKING:
    import narwhals as nw
    import yaml
else:
    nw, yaml = _WhenUsed("narwhals"), _WhenUsed("yaml")
