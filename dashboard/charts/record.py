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

from dashboard.charts.picture import Picture, chart_for, credit, window_of, window_of_view
from dashboard.charts.theme import PALETTES
from indicators.compute.provenance import rows_behind
from indicators.nouns.definition import APART, IN_NO_CODE, Definition
from indicators.nouns.series import Results, Series
from indicators.nouns.vocabulary import rounded
from indicators.reading.dependencies import parts_of, tables_behind

FORMAT = "relations-record/1"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without letters that look like digits (Douglas Crockford, 2002)."""


def fingerprint(results: Results, picture: Picture) -> str:
    """40 bits of SHA-256 over canonical JSON of the view with its defaults, the definitions without prose, and the numbers drawn."""
    shown = [
        [name, [[p["period"], p["value"], p["at_least"], p["status"], p["coverage"]] for p in _points(results, picture, series)]]
        for name, series in _drawn(results, picture)
    ]
    told = [full_view(results, picture), [_rule(results, one.definition) for one in picture.shown], shown]
    number = int.from_bytes(hashlib.sha256(canonical(told).encode()).digest()[:5], "big")
    letters = "".join(CROCKFORD[number >> shift & 31] for shift in range(35, -5, -5))
    return f"RH-{letters[:4]}-{letters[4:]}"


def canonical(value: Any) -> str:
    """JSON with sorted keys and without blanks: one text for one value.

    >>> canonical({"b": [1.5, None], "a": "Zenda"})
    '{"a":"Zenda","b":[1.5,null]}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def full_view(results: Results, picture: Picture) -> dict[str, Any]:
    """The view with its defaults written out."""
    view, series = picture.view, picture.series
    start, end = window_of_view(results, view, series)
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
        "fingerprint": fingerprint(results, picture),
        "project": results.config.title,
        "view": picture.view.text,
        "view_with_defaults": full_view(results, picture),
        "made_on": (made_on or datetime.date.today()).isoformat(),
        "data": {name: {"rows": len(results.tables[name].frame), "sha256": results.tables[name].digest} for name in tables},
        "rules": [_rule(results, one.definition) for one in picture.shown],
        "definitions": [one.definition.model_dump(mode="json", exclude=set(APART)) for one in picture.shown],
        "series": [_series(results, picture, name, series) for name, series in _drawn(results, picture)],
        "credit": credit(results, picture),
        "licence": results.config.licence,
        "sources": sources(results, picture),
    }


def sources(results: Results, picture: Picture) -> list[dict[str, str]]:
    """The sources of all rows behind the numbers drawn, by producer."""
    ids = dict.fromkeys(row for _, series in _drawn(results, picture) for p in _points(results, picture, series) for row in p["rows"])
    rows = rows_behind(results.tables, ids, results.config.sources)
    found = {source.id: source for row in rows for source in row.sources}
    ordered = sorted(found.values(), key=lambda s: (s.producer, s.title))
    return [{"id": s.id, "producer": s.producer, "title": s.title, "url": s.url} for s in ordered]


def _series(results: Results, picture: Picture, name: str, series: Series) -> dict[str, Any]:
    about = {"name": name, "title": series.definition.title, "unit": series.unit, "frequency": series.frequency}
    return about | {"data_to": series.data_to, "points": list(_points(results, picture, series))}


def _drawn(results: Results, picture: Picture) -> list[tuple[str, Series]]:
    """The series that are drawn, by name: `id`, `id@variant`, or `id#code` for a part."""
    layers = chart_for(results, picture, PALETTES["light"]).layers
    if picture.series.parts:
        return [(f"{picture.series.definition.name}{layer.mark}", layer.series) for layer in layers]
    return [(layer.series.definition.name, layer.series) for layer in layers]


def _points(results: Results, picture: Picture, series: Series) -> Iterable[dict[str, Any]]:
    shown = window_of(series, *window_of_view(results, picture.view, picture.series))
    row: Any  # the stubs know no columns of a row
    for row in shown.itertuples():
        yield {
            "period": row.label,
            "value": exact(row.value),
            "at_least": bool(row.at_least),
            "status": row.status,
            "coverage": row.coverage,
            "rows": list(series.rows_in(row.Index)),
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


def _rule(results: Results, definition: Definition) -> Mapping[str, Any]:
    """The definition without prose, and with it those of the indicators that it combines."""
    own = definition.model_dump(mode="json", exclude=set(IN_NO_CODE))
    return own | {"parts": [_rule(results, results.definition(part)) for part in parts_of(definition)]}
