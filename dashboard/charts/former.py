"""Pictures under former names: what a picture was called when it was made, so that its code can be compared after a renaming."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from dashboard.charts.picture import Layer, Picture
from indicators.nouns.definition import Definition, called_now
from indicators.nouns.series import Series
from indicators.reading.dependencies import with_parts_called


def as_called(picture: Picture, names: Mapping[str, str]) -> Picture:
    """The picture with other names for its indicators and their parts; `names`: name of today -> former name.

    The numbers stay; the code is the one that the picture has under these names.
    """
    return replace(
        picture,
        view=picture.view.renamed(names),
        series=_series(picture.series, names),
        window=_series(picture.window, names),
        panels=tuple(replace(panel, layers=_layers(panel.layers, names)) for panel in picture.panels),
        listed=_layers(picture.listed, names),
        other=_series(picture.other, names) if picture.other else None,
        combined={called_now(name, names): _definition(one, names) for name, one in picture.combined.items()},
    )


def _layers(layers: tuple[Layer, ...], names: Mapping[str, str]) -> tuple[Layer, ...]:
    return tuple(replace(one, series=_series(one.series, names), window=_series(one.window, names)) for one in layers)


def _series(series: Series, names: Mapping[str, str]) -> Series:
    return replace(series, definition=_definition(series.definition, names))


def _definition(definition: Definition, names: Mapping[str, str]) -> Definition:
    indicator, _, variant = called_now(definition.name, names).partition("@")
    with_parts = with_parts_called(definition, lambda name: called_now(name, names))
    return with_parts.model_copy(update={"id": indicator, "variant": variant or None})


def former_in(record: Mapping[str, Any], formerly: Mapping[str, str]) -> dict[str, str]:
    """Name of today -> former name, of the indicators of a record that have been renamed since, those that it combines among them."""
    then = dict.fromkeys(name for rule in record["rules"] for name in _names(rule))
    return {now: name for name in then if (now := called_now(name, formerly)) != name}


def _names(rule: Mapping[str, Any]) -> Iterator[str]:
    yield f"{rule['id']}@{rule['variant']}" if rule.get("variant") else str(rule["id"])
    for part in rule["parts"]:
        yield from _names(part)
