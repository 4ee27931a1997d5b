"""The record of a picture: what was asked, by which definition, which numbers from which rows; and the short code of its numbers.

The code (`RH-7K3M-9QXP`) changes with the view, the parsed definition or a number drawn, and with nothing else: neither with
words, nor with the day on which the picture was made.
"""

import datetime
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.charts.picture import Layer, Picture
from indicators.compute.provenance import rows_behind
from indicators.nouns.definition import APART, IN_NO_CODE, Definition
from indicators.nouns.series import Results
from indicators.nouns.vocabulary import rounded
from indicators.reading.dependencies import parts_of, tables_behind

FORMAT = "relations-record/1"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without letters that look like digits (Douglas Crockford, 2002)."""


def fingerprint(picture: Picture) -> str:
    """40 bits of SHA-256 over canonical JSON of the view with its defaults, the definitions without prose, and the numbers drawn."""
    facts = ("period", "value", "at_least", "status", "coverage")
    drawn = [[_name(picture, layer), [[point[fact] for fact in facts] for point in _points(layer)]] for layer in picture.layers]
    hashed = [full_view(picture), [_rule(picture, one.definition) for one in picture.shown], drawn]
    number = int.from_bytes(hashlib.sha256(canonical(hashed).encode()).digest()[:5], "big")
    characters = "".join(CROCKFORD[number >> shift & 31] for shift in range(35, -5, -5))
    return f"RH-{characters[:4]}-{characters[4:]}"


def canonical(value: Any) -> str:
    """JSON with sorted keys and without blanks: one text for one value.

    >>> canonical({"b": [1.5, None], "a": "Zenda"})
    '{"a":"Zenda","b":[1.5,null]}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def full_view(picture: Picture) -> dict[str, Any]:
    """The view with its defaults written out."""
    view, series = picture.view, picture.series
    start, end = picture.days
    return {
        "indicator": view.indicator,
        "variant": view.variant,
        "frequency": series.frequency,
        "transform": list(view.transform),
        "breakdown": view.breakdown,
        "with": view.other,
        "from": start.isoformat(),
        "to": end.isoformat(),
        "annotations": view.annotations or "on",
        "as_of": series.as_of.isoformat(),
    }


def record_of(results: Results, picture: Picture, made_on: datetime.date | None = None) -> dict[str, Any]:
    """All that a file must hold so that its numbers can be checked later: plain values for JSON."""
    tables = sorted({name for one in picture.shown for name in tables_behind(one.definition, results.definition)})
    return {
        "format": FORMAT,
        "fingerprint": fingerprint(picture),
        "project": picture.project,
        "view": picture.view.text,
        "view_with_defaults": full_view(picture),
        "made_on": (made_on or datetime.date.today()).isoformat(),
        "data": {name: {"rows": len(results.tables[name].frame), "sha256": results.tables[name].digest} for name in tables},
        "rules": [_rule(picture, one.definition) for one in picture.shown],
        "definitions": [one.definition.model_dump(mode="json", exclude=set(APART)) for one in picture.shown],
        "series": [_series(picture, layer) for layer in picture.layers],
        "credit": picture.credit,
        "licence": picture.licence,
        "sources": sources(results, picture),
    }


def sources(results: Results, picture: Picture) -> list[dict[str, str]]:
    """The sources of all rows behind the numbers drawn, by producer."""
    ids = dict.fromkeys(row for layer in picture.layers for rows in layer.window.rows for row in rows)
    rows = rows_behind(results.tables, ids, results.config.sources)
    found = {source.id: source for row in rows for source in row.sources}
    ordered = sorted(found.values(), key=lambda s: (s.producer, s.title))
    return [{"id": s.id, "producer": s.producer, "title": s.title, "url": s.url} for s in ordered]


def _series(picture: Picture, layer: Layer) -> dict[str, Any]:
    series = layer.series
    about = {"name": _name(picture, layer), "title": series.definition.title, "unit": series.unit, "frequency": series.frequency}
    return about | {"data_to": series.data_to, "points": list(_points(layer))}


def _name(picture: Picture, layer: Layer) -> str:
    """The name of a series that is drawn: `id`, `id@variant`, or `id#code` for a part."""
    return f"{picture.series.definition.name}{layer.mark}" if picture.series.parts else layer.series.definition.name


def _points(layer: Layer) -> Iterable[dict[str, Any]]:
    row: Any  # the stubs know no columns of a row
    for row, ids in zip(layer.window.values.itertuples(), layer.window.rows, strict=True):
        yield {
            "period": row.label,
            "value": exact(row.value),
            "at_least": bool(row.at_least),
            "status": row.status,
            "coverage": row.coverage,
            "rows": list(ids),
        }


def exact(value: float) -> float | int | None:
    """A value to twelve significant digits; None where it is missing.

    >>> exact(1 / 3), exact(7.0), exact(float("nan"))
    (0.333333333333, 7, None)
    """
    if math.isnan(value):
        return None
    found = rounded(value)
    return int(found) if found.is_integer() else found


def _rule(picture: Picture, definition: Definition) -> Mapping[str, Any]:
    """The definition without prose, and with it those of the indicators that it combines."""
    own = definition.model_dump(mode="json", exclude=set(IN_NO_CODE))
    return own | {"parts": [_rule(picture, picture.combined[part]) for part in parts_of(definition)]}
