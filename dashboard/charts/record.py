"""The record of a picture: what was asked, by which definition, which numbers from which rows."""

import datetime
from typing import Any

from dashboard.charts.picture import Layer, Picture
from indicators.compute.provenance import rows_behind
from indicators.nouns.definition import APART
from indicators.nouns.series import Results
from indicators.reading.dependencies import tables_behind

FORMAT = "relations-record/1"


def record_of(results: Results, picture: Picture, made_on: datetime.date | None = None) -> dict[str, Any]:
    """All that a file must hold so that its numbers can be checked later: plain values for JSON."""
    tables = sorted({name for one in picture.shown for name in tables_behind(one.definition, results.definition)})
    return {
        "format": FORMAT,
        "fingerprint": picture.code,
        "project": picture.project,
        "view": picture.view.text,
        "view_with_defaults": picture.full_view,
        "made_on": (made_on or datetime.date.today()).isoformat(),
        "data": {name: {"rows": len(results.tables[name].frame), "sha256": results.tables[name].digest} for name in tables},
        "rules": [picture.rule(one.definition) for one in picture.shown],
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
    about = {"name": picture.name_of(layer), "title": series.definition.title, "unit": series.unit, "frequency": series.frequency}
    return about | {"data_to": series.data_to, "points": list(layer.facts())}
