"""The lines of a picture: title and one line of unit, span and latest value above the plot; at most three or four small lines below it."""

from collections.abc import Iterator

from dashboard.charts import lines, marks
from dashboard.charts.axes import Scale
from dashboard.charts.frame import LABEL, LINE, SMALL, TITLE, Frame, Paper, safe, text_width, wrapped
from dashboard.charts.picture import REST, Layer, Panel, Picture
from dashboard.words import numbers
from indicators.nouns.stores import at_hand

BETWEEN = " · "
LANES = "Hatched bar: may be in force. Arrow: no end on record. Strong colour: more weight"
LEADING = 1.33
SQUARE = "■"
SPACE = "\u00a0\u00a0 "
"""Between two names of a line."""
MOST_LINES = 3
"""Lines of a foot, where a shared line can spare a further one."""
MOST_LEFT_OUT = 3
"""Names of parts that are not drawn."""
MOST_AT_ENDS = 0.22
"""Share of the width that a name at the end of a line may take."""


def write_head(paper: Paper, picture: Picture, scales: tuple[Scale, ...]) -> None:
    """Title, then a line with unit, span and latest value; of two series the rule of each, in its colour."""
    frame = paper.frame
    fitting = (s for s in (TITLE, TITLE - 2) if text_width(picture.title, frame.size(s) * 1.06) <= frame.text_width)
    size = next(fitting, TITLE - 3)
    for line in wrapped(picture.title, frame.size(size) * 1.06, frame.text_width):
        paper.write(f"<b>{safe(line)}</b>", size, colour=frame.palette.ink, leading=1.2)
    paper.top += 4 * frame.scale
    for line in _lines(picture, scales, paper):
        paper.write(line, LINE, colour=frame.palette.muted, leading=1.25)
    for line in _legend(picture, paper):
        paper.write(line, LINE, colour=frame.palette.muted, leading=1.25)
    paper.top += 12 * frame.scale


def _lines(picture: Picture, scales: tuple[Scale, ...], paper: Paper) -> Iterator[str]:
    """The line of unit, span and latest value, without the latter where both do not fit; of two series, one that names each rule."""
    room, size = paper.frame.text_width, paper.frame.size(LINE)
    if not len(picture.window.values):
        yield safe("No value in this window")
        return
    named = picture.has_one_unit and not picture.spells  # lanes name the unit above the plot below them
    unit = lines.unit_line(picture.series, picture.window, scales[0].name) if named else lines.span_of(picture.window)
    for latest in _latest(picture, scales[0]):
        if text_width(f"{unit}. {latest}", size) <= room:
            yield safe(f"{unit}. {latest}")
            return
    yield from (safe(line) for line in wrapped(unit, size, room))


def _latest(picture: Picture, scale: Scale) -> Iterator[str]:
    """The latest value in words, from long to short; of parts with panels of their own, one after the other."""
    if picture.other:
        return
    fan = picture.layers[0].fan
    if fan and len(picture.window.values) and picture.window.values.index[-1] == picture.series.values.index[-1]:
        yield from fan.latest
        return
    if len(picture.panels) == 1:
        yield from lines.latest(picture.series, picture.window, scale)
        return
    parts = [(layer.name, list(lines.latest(layer.series, layer.window, scale))) for layer in picture.layers]
    known = [(name, found) for name, found in parts if found]
    for length in (0, -1):
        yield "; ".join(f"{name} {found[length].removeprefix('Latest: ')}" for name, found in known)


def _legend(picture: Picture, paper: Paper) -> list[str]:
    """The names of layers that share a panel and are not named at their marks, each in its colour, in as many lines as they need."""
    named = [layer for panel in picture.panels if has_legend(panel, paper.frame) for layer in panel.layers if layer.name]
    size, room, lengths = paper.frame.size(LINE), paper.frame.text_width, list[float]()
    rows: list[list[tuple[Layer, str]]] = []
    for layer in named:
        for text in wrapped(f"{SQUARE} {layer.name}", size, room):  # a long name has lines of its own
            width = text_width(f"{text}{SPACE}", size)
            if not rows or lengths[-1] + width > room or not text.startswith(SQUARE):
                rows, lengths = [*rows, []], [*lengths, 0.0]
            rows[-1].append((layer, text))
            lengths[-1] += width
    colour = paper.frame.palette.of
    return [SPACE.join(_coloured(text, colour(layer.role)[0]) for layer, text in row) for row in rows]


def _coloured(text: str, colour: str) -> str:
    """A text whose square has a colour."""
    return safe(text).replace(SQUARE, f'<span style="color:{colour}">{SQUARE}</span>')


def has_legend(panel: Panel, frame: Frame) -> bool:
    """Whether the parts of a panel are named in a line: columns that share it, and lines whose names have no room at their ends."""
    if panel.share != "lines":
        return panel.share in ("stack", "group")
    size = frame.size(LABEL)
    return any(text_width(layer.name, size) * 1.08 > frame.width * MOST_AT_ENDS for layer in panel.layers)


def write_foot(
    paper: Paper, picture: Picture, scales: tuple[Scale, ...], plots: tuple[marks.Plot, ...], more: tuple[str, ...] = ()
) -> None:
    """What counts and what marks mean; source and last row; view and code, whole. The last two share a line where they fit; where they do
    not, the source follows the marks if that keeps the foot within its lines."""
    frame = paper.frame
    size, width = frame.size(SMALL), frame.text_width
    rules = [f"{lines.rule_of(one.definition)}." for one in picture.shown]
    meaning = lines.marks_line([*_marks_of(picture, scales, plots)], picture.series.frequency)
    remarks = ". ".join(filter(None, [meaning, *_remarks(picture), *more]))
    reach = [lines.short_date(one.data_to) for one in picture.shown if one.data_to]
    source = lines.data_line(picture.credit_short, picture.terms, numbers.data_to(*picture.shown), reach)
    view = f"{picture.view.text}{BETWEEN}{picture.code}"
    together = f"{source}{BETWEEN}{view}"
    last = [together] if text_width(together, size) <= width else [source, view]
    if len(set(rules)) == 1:
        rules = [f"{rules[0]}{f' {remarks}.' if remarks else ''}"]
        flowing = [f"{rules[0]} {source}"]
        if _lines_in([*rules, *last], size, width) > MOST_LINES >= _lines_in([*flowing, view], size, width):
            rules, last = flowing, [view]
    else:  # a line each, in its colour
        rules = [f"{SQUARE} {rule}" for rule in rules] + [f"{remarks}."] * bool(remarks)
    for number, text in enumerate([*rules, *last]):
        colour = frame.palette.of("second" if number else "main")[0]
        for line in _balanced(text, size, width):
            paper.write(_coloured(line, colour), SMALL, colour=frame.palette.muted, below=True, leading=LEADING)


def _lines_in(texts: list[str], size: float, width: float) -> int:
    return sum(len(wrapped(text, size, width)) for text in texts)


def _balanced(text: str, size: float, width: float) -> list[str]:
    """As few lines as a text needs, of about the same length."""
    lines_needed = len(wrapped(text, size, width))
    narrower = (wrapped(text, size, width * share) for share in (0.55, 0.65, 0.75, 0.85, 0.95) if lines_needed > 1)
    return next((found for found in narrower if len(found) == lines_needed), wrapped(text, size, width))


def _marks_of(picture: Picture, scales: tuple[Scale, ...], plots: tuple[marks.Plot, ...]) -> Iterator[str]:
    """Marks that occur and need a word, the most needed first."""
    pairs = [(layer, plot) for panel, plot in zip(picture.panels, plots, strict=True) for layer in panel.layers]
    grounds = [(panel.ground, plot) for panel, plot in zip(picture.panels, plots, strict=True) if panel.share != "lines"]
    with_words = [(panel.ground, plot) for panel, plot in zip(picture.panels, plots, strict=True) if panel.share in ("alone", "stack")]
    looks = {(name, layer.kind) for layer, _ in pairs for name in layer.looks.values()}
    columns = {name for name, kind in looks if kind in ("columns", "step")}
    level, dots = ({name for name, kind in looks if kind in kinds} for kinds in (("line", "dots"), ("dots",)))
    if "at_least" in columns:
        yield "at_least"
    if any(marks.boxes_of_hatching(*one) for one in grounds) and not any(marks.named_hatching(*one) for one in with_words):
        yield "hatched"
    if any(marks.questions(layer, plot) for layer, plot in with_words):
        yield "nothing"
    if any(layer.kind == "columns" and marks.has_values(layer, plot) and _runs(layer) for layer, plot in with_words):
        yield "running"
    if "provisional" in columns:
        yield "pale"
    if any(layer.fan for layer, _ in pairs):
        yield "interval"
    if any(layer.fan is not None and len(layer.fan.monthly) for layer, _ in pairs):
        yield "monthly"
    if dots & {"provisional", "estimated"}:
        yield "open"
    elif level & {"provisional", "estimated"}:
        yield "not_final" if level >= {"provisional", "estimated"} else "provisional" if "provisional" in level else "dashed"
    if "estimated" in columns:
        yield "estimated"
    if "at_least" in level:
        yield "triangle"
    if any(not scale.from_zero for scale in scales):
        yield "axis"
    if any(layer.breaks for layer, _ in pairs) and not picture.eras:
        yield "break"
    if any(layer.points is not None and len(layer.points) for layer, _ in pairs):
        yield "published" if picture.adjustments else "polls"


def _runs(layer: Layer) -> bool:
    values = layer.window.values
    return bool((~values["over"] & values["value"].notna()).any())


def _remarks(picture: Picture) -> list[str]:
    """What a reader must know about the parts of a split chart."""
    adjusted = picture.adjustments.rstrip(".")
    remarks = [adjusted] if adjusted else []
    remarks += [LANES] if picture.spells else []
    if len(picture.layers) > 1 and picture.series.query.breakdown and _counts_twice(picture):
        remarks.append("A row may count under several parts")
    if any(layer.role == "rest" for layer in picture.layers):
        remarks.append(f"Smaller parts are {REST}")
    if picture.left_out:
        more = len(picture.left_out) - MOST_LEFT_OUT
        named = picture.left_out[: MOST_LEFT_OUT - (more > 0)]
        remarks.append(f"Not drawn: {', '.join(named)}" + (f" and {more + 1} more" if more > 0 else ""))
    return remarks


def _counts_twice(picture: Picture) -> bool:
    """Whether a row counts under two parts in a period that has a value."""
    windows = [picture.window.values, *(layer.window.values for layer in picture.layers)]
    numbered = {period for values in windows for period in values.index[values["value"].notna()].tolist()}
    rows_of_periods = ([row for part in picture.series.parts.values() for row in at_hand(part.rows_in(period))] for period in numbered)
    return any(len(rows) > len(set(rows)) for rows in rows_of_periods)
