"""Series as rows of text: what `relations compute` prints and spreadsheets read."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from dashboard.record import exact
from indicators.model import Series

COLUMNS = ("indicator", "variant", "period", "frequency", "value", "at_least", "unit", "status", "coverage", "score", "rows")


def records(series: Series, part: str | None = None) -> Iterator[dict[str, Any]]:
    """One record a period; None for what is missing. `rows` lists row ids. A breakdown's parts follow, marked `part`."""
    row: Any  # the stubs know no columns of a row
    for row, ids in zip(series.values.itertuples(), series.rows, strict=True):
        record = {
            "indicator": series.definition.id,
            "variant": series.definition.variant,
            "period": row.label,
            "frequency": series.frequency,
            "value": exact(row.value),
            "at_least": bool(row.at_least),
            "unit": series.unit,
            "status": row.status,
            "coverage": row.coverage,
            "score": exact(row.score),
            "rows": list(ids),
        }
        yield record | ({"part": part or ""} if part or series.parts else {})
    for code, one in series.parts.items():
        yield from records(one, code)


def as_csv(found: Iterable[dict[str, Any]], *, parts: bool) -> str:
    """Comma-separated, row ids joined by blanks; a header line always."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [*COLUMNS, *(["part"] if parts else [])], lineterminator="\n", restval="")
    writer.writeheader()
    for record in found:
        writer.writerow({key: _cell(value) for key, value in record.items()})
    return text.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value


def as_json(found: Iterable[dict[str, Any]]) -> str:
    """A list of records."""
    return json.dumps(list(found), ensure_ascii=False, indent=1) + "\n"


def as_text(found: Iterable[dict[str, Any]]) -> str:
    """Aligned columns for reading; rows are counted, blank means missing."""
    lines = [("indicator", "period", "value", "unit", "status", "coverage", "score", "rows")]
    for record in found:
        name = "@".join(filter(None, [record["indicator"], record["variant"]])) + (f" {record['part']}" if record.get("part") else "")
        value = "" if record["value"] is None else f"{'≥ ' if record['at_least'] else ''}{record['value']:,}"
        score = "" if record["score"] is None else f"{record['score']:.1f}"
        lines.append((name, record["period"], value, record["unit"], record["status"], record["coverage"], score, str(len(record["rows"]))))
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    right = {2, 6, 7}
    return (
        "\n".join(
            "  ".join(c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))).rstrip()
            for line in lines
        )
        + "\n"
    )
