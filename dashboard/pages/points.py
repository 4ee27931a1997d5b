"""A chosen point of a chart in an address: `point=2024`, or `point=2024:RUR` of a part. It is not a part of the view, nor of its code."""

from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

from dashboard.charts.picture import Layer, Picture
from dashboard.charts.view import SAFE, VIEW
from indicators.compute.change import latest
from indicators.problems import fault, refused
from indicators.suggestions import suggest

KEY = "point"


class Point(NamedTuple):
    """A period of a layer of a picture."""

    layer: Layer
    period: int


def apart(address: str, part: str = KEY) -> tuple[str, str]:
    """An address without its point, or another part of that key, and the point; "" where it has none. ProblemsFound where it names two.

    >>> apart("balls?from=1893&point=1894:RUR"), apart("balls?point=1894"), apart("balls")
    (('balls?from=1893', '1894:RUR'), ('balls', '1894'), ('balls', ''))
    """
    name, _, search = address.partition("?")
    pairs = [(pair, parse_qsl(pair)) for pair in search.split("&") if pair]
    points = list(dict.fromkeys(value for _, read in pairs for key, value in read if key == part))
    if len(points) > 1:
        raise refused(fault("two-ways/address", hint="leave one of them out", key=part, one=points[0], other=points[1]), VIEW)
    kept = "&".join(pair for pair, read in pairs if pair.partition("=")[0] != part)
    return f"{name}?{kept}" if kept else name, points[0] if points else ""


def joined(search: str, point: str, part: str = KEY) -> str:
    """What an address has behind its question mark, with a point, or another part of that key.

    >>> joined("from=1893", "1894:RUR"), joined("", "1894"), joined("from=1893", "")
    ('from=1893&point=1894:RUR', 'point=1894', 'from=1893')
    """
    return "&".join(filter(None, [search, f"{part}={quote(point, safe=SAFE)}" if point else ""]))


def clicked(click: Any) -> str:
    """The point that a click names; "" where it hit nothing that has one.

    >>> clicked({"points": [{"customdata": "1894#RUR"}]}), clicked(None)
    ('1894:RUR', '')
    """
    points = click.get("points") if isinstance(click, dict) else None
    first = points[0] if points and isinstance(points, list) else None
    mark = first.get("customdata") if isinstance(first, dict) else None
    return str(mark).replace("#", ":", 1) if mark else ""


def written(layer: Layer, period: int) -> str:
    """The short form of a point."""
    return _short(str(layer.series.values.at[period, "label"]), layer)


def _short(label: str, layer: Layer) -> str:
    return f"{label}:{layer.key}" if layer.key else label


def latest_in(picture: Picture) -> Point | None:
    """The latest comparable point of the whole, else of the first part that has one; None where there is none."""
    layers = [_whole(picture), *(picture.layers if picture.series.parts else ())]
    newest = ((layer, latest(layer.window)) for layer in layers)
    return next((Point(layer, period) for layer, period in newest if period is not None), None)


def is_in(picture: Picture, text: str) -> bool:
    """Whether a picture has a point."""
    label, _, key = text.partition(":")
    return any(layer.key == key and (layer.window.values["label"] == label).any() for layer in _layers(picture))


def point_in(picture: Picture, text: str) -> Point | None:
    """The point of a picture that a text names; None for none. ProblemsFound where the picture has no such point."""
    if not text:
        return None
    known = _known(picture)
    if text not in known:
        shown = [one for one in known if one.partition(":")[2] == text.partition(":")[2]]
        hint = f"the chart shows {shown[0]} to {shown[-1]}" if shown else suggest(text, known) if known else "the chart shows no period"
        raise refused(fault("unknown-point", hint=hint, point=text), VIEW)
    return known[text]


def _known(picture: Picture) -> dict[str, Point]:
    """The points of all that is drawn and listed, by their short form; of a split series each part, and the whole."""
    labels = ((layer, layer.window.values["label"]) for layer in _layers(picture))
    return {_short(label, layer): Point(layer, period) for layer, of in labels for period, label in zip(of.index.tolist(), of, strict=True)}


def _layers(picture: Picture) -> tuple[Layer, ...]:
    return _whole(picture), *picture.listed, *picture.layers


def _whole(picture: Picture) -> Layer:
    """The series as one layer, which a split chart does not draw."""
    return Layer(picture.series, picture.window, "columns")
