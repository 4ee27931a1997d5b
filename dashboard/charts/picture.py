"""From a view to its picture: the series that it asks for, the window, and the panels and layers that are drawn, without colour.

What is drawn is decided here, once: figure, record, table, caption, alternative text and click read it from the picture. The
code of a picture (`RH-7K3M-9QXP`) changes with the view, the parsed definition or a number drawn, and with nothing else: neither
with words, nor with the day on which the picture was made.
"""

import datetime
import functools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import pandas as pd

from dashboard.charts.fan import Fan, fan_of
from dashboard.charts.view import VIEW, View, code_of
from dashboard.words import definitions, numbers
from dashboard.words.composite import NOT_PUBLISHED
from indicators.compute.annotations import annotations_of, in_window
from indicators.compute.carry import sum_of_parts
from indicators.compute.provenance import credit_of, points_behind, short_credit_of
from indicators.compute.spells import Spell, spells_behind
from indicators.nouns.definition import IN_NO_CODE, Definition, LineOf
from indicators.nouns.descriptor import Resource
from indicators.nouns.periods import LATEST, first_day, last_day, parse_period, period_of
from indicators.nouns.series import Annotation, Query, Results, Series
from indicators.nouns.stores import at_hand
from indicators.nouns.vocabulary import DAY, LARGEST_EXACT, LEVELS, NEAR_COMPLETE, ROW, rounded, scale_of, steps_of
from indicators.operations.registry import reducer_traits
from indicators.problems import fault, refused
from indicators.reading.dependencies import parts_of, rules_behind

Share = Literal["alone", "stack", "group", "lines"]
"""How the layers of a panel share it: one alone; columns stacked or side by side; lines over each other."""
Kind = Literal["columns", "step", "line", "dots"]
Role = Literal["main", "second", "rest"] | int
"""What a layer is: what the picture is about, what that is compared with, the small parts as one, or the number of a part."""
MOST_STACKED, MOST_GROUPED, MOST_LINES, MOST_PANELS = 6, 4, 6, 4
RARE_FROM, RARE_SHARE = 80, 1 / 3
REST = "all others"
OTHER = "with"
"""The key of a series that another is compared with."""
SEARCHED = LEVELS[LEVELS.index("partial") :]
"""Levels at which a period without a value says something: that nothing was found."""
MOST_LANES = 40
"""Spells that a picture draws one by one: about a page."""
Days = tuple[datetime.date, datetime.date]
"""First and last day."""


@dataclass(frozen=True)
class Layer:
    """One series of a picture. `window`: its periods that are drawn. `name`: its name in the key ("" where it is the only one);
    `key`: the code of a part, or OTHER; "" for what the picture is about.
    `points`: rows behind a mean (day, value, text, label). `fan`: what is drawn about the line of a composite. `kept`: what is the
    same in every drawing: by period the time at which it is marked and the text of its mark, and what is written above columns."""

    series: Series
    window: Series
    kind: Kind
    role: Role = "main"
    name: str = ""
    key: str = ""
    points: pd.DataFrame | None = None
    fan: Fan | None = None
    kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def mark(self) -> str:
        """What follows the name of a period in the data of a mark, to tell whose mark it is."""
        return f"#{self.key}" if self.key else ""

    @functools.cached_property
    def looks(self) -> dict[int, str]:
        """The look of each period that is drawn."""
        return {period: self.window.point(period).look for period in self.window.values.index.tolist()}

    @functools.cached_property
    def last(self) -> tuple[int, float] | None:
        """The last period that is drawn and has a value, and that; None where none has."""
        known = self.window.values["value"].dropna()
        return (int(known.index[-1]), float(known.iloc[-1])) if len(known) else None

    @functools.cached_property
    def breaks(self) -> tuple[int, ...]:
        """The periods that are not comparable with those before them."""
        return tuple(period for period, point in self.window.points.items() if point.status == "B")

    @functools.cached_property
    def end(self) -> datetime.date | None:
        """The last day of the last period of which something is known; None where nothing is known of any."""
        shown = self.window.values
        known = shown.index[shown["value"].notna() | ((shown["why"] != "not-published") & shown["coverage"].isin(SEARCHED))]
        return last_day(int(known[-1]), self.series.frequency) if len(known) else None

    @functools.cached_property
    def unknown(self) -> tuple[list[tuple[int, int]], list[int]]:
        """Runs of periods (first, last) in which nothing was collected, and periods of a partial collection in which nothing was found,
        or of which it is not known whether a row belongs to them. What is missing for another reason is a gap."""
        runs: list[tuple[int, int]] = []
        nothing: list[int] = []
        values = self.window.values[self.window.values["value"].isna() & (self.window.values["why"] != "not-published")]
        for period, coverage, why in values[["coverage", "why"]].itertuples() if not self.series.definition.composite else ():
            if coverage == "partial" or why == "may-belong":
                nothing.append(period)
            elif LEVELS.index(coverage) < NEAR_COMPLETE:
                begin = runs.pop()[0] if runs and runs[-1][1] == period - 1 else period
                runs.append((begin, period))
        return runs, nothing

    @functools.cached_property
    def facts(self) -> tuple[dict[str, Any], ...]:
        """What is known of each period that is drawn, as plain values for JSON."""
        known = zip(self.window.points.items(), self.window.rows, strict=True)
        return tuple(
            {"period": point.label, "value": exact(point.value), "at_least": point.at_least, "status": point.status}
            | {"coverage": point.coverage, "rows": list(at_hand(ids))}
            | (dict(zip(("low", "high"), map(exact, self.fan.ends(period)), strict=True)) if self.fan else {})
            for (period, point), ids in known
        )


class Era(NamedTuple):
    """Somebody who leads, from the first day to the last on which a row of a mean is about them."""

    name: str
    start: datetime.date
    end: datetime.date


@dataclass(frozen=True)
class Panel:
    """A plot with one axis of values: layers of one unit; `title` where there are several; `lines`: values to compare them with;
    `whole`: the series that stacked layers are the parts of."""

    layers: tuple[Layer, ...]
    share: Share = "alone"
    unit: str = ""
    title: str = ""
    lines: tuple[LineOf, ...] = ()
    whole: Layer | None = None

    @functools.cached_property
    def ground(self) -> Layer:
        """What all layers are together: the first, or of stacked ones the `whole`, as high as they are. Where that is not its own value
        it is a minimum, and a period without a value is as well collected as the best of them."""
        if self.whole is None:
            return self.layers[0]
        parts = [layer.window.values for layer in self.layers]
        height = pd.concat([one["value"] for one in parts], axis=1).sum(axis=1, min_count=1).sort_index()
        values = self.whole.window.values.reindex(height.index)
        ranked = pd.concat(parts).assign(rank=lambda all_parts: all_parts["coverage"].map(LEVELS.index)).sort_values("rank", kind="stable")
        best = ranked[~ranked.index.duplicated(keep="last")].drop(columns="rank").reindex(height.index)
        own = (values["value"] == height) | (values["value"].isna() & height.isna() & values["coverage"].notna())
        drawn = values.where(own, best.assign(at_least=height.notna()), axis=0).assign(value=height)
        drawn = drawn.astype({"at_least": bool, "over": bool})
        drawn["value"] = drawn["value"].mask(drawn["at_least"] & (height == 0))  # no less than nothing says nothing
        return replace(self.whole, window=replace(self.whole.window, values=drawn))


@dataclass(frozen=True)
class Picture:
    """All that is drawn of a view. `series` is what it is about, `window` its periods that are shown, `other` what it is compared
    with; `listed`: what tables of the numbers have, each part by itself, also those that are drawn as one or not at all; `left_out`
    names parts that are not drawn; `notes` come in order of importance; `combined`: the definitions that these
    series combine, by name; `eras`: who leads, and when; `terms`: the licence that all tables
    share, "" where they share none; `project` and `licence` as in config.yaml; `spells`: those that are drawn one by one."""

    view: View
    series: Series
    window: Series
    days: Days
    panels: tuple[Panel, ...]
    listed: tuple[Layer, ...]
    other: Series | None
    left_out: tuple[str, ...]
    notes: tuple[Annotation, ...]
    combined: Mapping[str, Definition]
    credit: str
    credit_short: str
    terms: str
    eras: tuple[Era, ...]
    project: str
    licence: str
    spells: tuple[Spell, ...] = ()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All layers, from the first panel on."""
        return tuple(layer for panel in self.panels for layer in panel.layers)

    @property
    def has_one_unit(self) -> bool:
        """Whether all panels have the unit of the series."""
        return len({panel.unit for panel in self.panels}) == 1

    @property
    def shown(self) -> tuple[Series, ...]:
        """The series whose titles, rules and sources the picture gives."""
        return (self.series, self.other) if self.other else (self.series,)

    @property
    def adjustments(self) -> str:
        """What was done to the polls behind the numbers besides averaging them; "" if nothing was."""
        return definitions.adjustment_words([*(one.definition for one in self.shown), *self.combined.values()])

    @property
    def title(self) -> str:
        """What is shown, and how it is calculated further."""
        steps = "".join(f", {numbers.step_words(step)}" for step in self.series.query.transform)
        steps += f" – {NOT_PUBLISHED}" if self.view.recipe else ", one by one" if self.spells else ""
        own = self.series.definition
        return f"{definitions.joint_title(own, self.other.definition) if self.other else numbers.titled(own)}{steps}"

    @property
    def full_view(self) -> dict[str, Any]:
        """The view with its defaults written out."""
        view, (start, end) = self.view, self.days
        return {
            "indicator": view.indicator,
            "variant": view.variant,
            "frequency": self.series.frequency,
            "transform": list(view.transform),
            "breakdown": self.series.query.breakdown,
            "with": view.other,
            "from": start.isoformat(),
            "to": end.isoformat(),
            "annotations": view.annotations or "on",
            "as_of": self.series.as_of.isoformat(),
        } | {key: value for key, value in (("recipe", view.recipe), ("lanes", view.lanes)) if value}

    @functools.cached_property
    def code(self) -> str:
        """The code of the view with its defaults, the definitions without prose, and the numbers drawn."""
        series = [{"name": self.name_of(layer), "points": layer.facts} for layer in self.layers]
        return code_of(self.full_view, [self.rule(one.definition) for one in self.shown], series, [one.facts for one in self.spells])

    def rule(self, definition: Definition) -> dict[str, Any]:
        """A definition without prose, and with it those of the indicators that it combines."""
        own = definition.model_dump(mode="json", exclude=set(IN_NO_CODE))
        return own | {"parts": [self.rule(self.combined[part]) for part in parts_of(definition)]}

    def name_of(self, layer: Layer) -> str:
        """The name of a series that is drawn: `id`, `id@variant`, or `id#code` for a part."""
        return f"{self.series.definition.name}{layer.mark}" if self.series.parts else layer.series.definition.name


def exact(value: float) -> float | int | None:
    """A value to twelve significant digits; None where it is missing.

    >>> exact(1 / 3), exact(7.0), exact(float("nan")), exact(-0.0), exact(3e90)
    (0.333333333333, 7, None, 0, 3e+90)
    """
    if math.isnan(value):
        return None
    number = rounded(value)
    return int(number) if number.is_integer() and abs(number) <= LARGEST_EXACT else number


def picture_of(results: Results, view: View) -> Picture:
    """The picture of a view, under the names of today. ProblemsFound where it asks for what is not there."""
    view = view.renamed(results.formerly)
    series = results.series(_shown(results, view))
    compared = view.compared(series.frequency)
    start, end = view.start or results.config.window.start, view.end or results.config.window.end
    asked = first_day(*parse_period(start)), last_day(*parse_period(end)) if end else datetime.date(LATEST, 12, 31)
    if compared and series.query.breakdown:
        raise refused(fault("two-ways/chart", hint="leave out breakdown or with"), VIEW)
    if compared and (compared.indicator, compared.variant) == (view.indicator, view.variant):
        raise refused(fault("wrong-value/itself", hint="name another indicator or another variant"), VIEW)
    if (view.start or view.end) and len(series.values) and not len(window_of(series, asked).values):
        first, last = series.values["label"].iloc[0], series.values["label"].iloc[-1]
        raise refused(fault("empty-window", hint=f"it runs from {first} to {last}"), VIEW)
    other = results.series(compared) if compared else None
    days = _days_of(series, *asked)
    panels, left_out = _panels(results, series, other, days)
    drawn = tuple(layer for panel in panels for layer in panel.layers)
    shown = (series, other) if other else (series,)
    has_notes = view.annotations != "off" and not view.lanes  # the names in the lanes say what happened
    notes = annotations_of(series, results.annotations, results.tables, results.choice) if has_notes else ()
    eras = _eras(results, series) if other is None and not series.parts else ()
    notes = tuple(note for note in notes if not eras or note.kind != "leadership")  # who leads is written over their time
    return Picture(
        view=view,
        series=series,
        window=window_of(series, days),
        days=days,
        panels=panels,
        listed=_every_part(results, series, days) if series.parts else drawn,
        other=other,
        left_out=left_out,
        notes=in_window(notes, *days),
        combined={part.name: part for one in shown for part in rules_behind(one.definition, results.definition)[1:]},
        credit="; ".join(dict.fromkeys(credit_of(one, results.tables) for one in shown)),
        credit_short="; ".join(dict.fromkeys(_short_credit(one, results) for one in shown)),
        terms=_shared_terms(results.tables[name].resource for one in shown for name in one.tables),
        eras=eras,
        project=results.config.title,
        licence=results.config.licence,
        spells=_lanes(results, series, other, days) if view.lanes else (),
    )


def _lanes(results: Results, series: Series, other: Series | None, days: Days) -> tuple[Spell, ...]:
    """The spells of a window that are drawn one by one. ProblemsFound where there are none, or more than a picture can hold."""
    spells = spells_behind(window_of(series, days), results.tables)
    named = f"{numbers.titled(series.definition)} has"
    if other or series.parts:
        why, hint = "a chart with lanes shows one sum and nothing else", "leave out lanes, or with and breakdown"
    elif not spells:
        why, hint = f"{named} nothing with a first and a last day in this window", "leave out lanes"
    elif len(spells) > MOST_LANES:
        why, hint = f"{named} {len(spells)} lanes, more than the {MOST_LANES} that a picture can hold", "choose a shorter window"
    else:
        return spells
    raise refused(fault("wrong-value/no-lanes", hint=hint, why=why), VIEW)


def _short_credit(series: Series, results: Results) -> str:
    return short_credit_of(series.definition, [results.tables[name] for name in series.tables])


def _shared_terms(resources: Iterable[Resource]) -> str:
    """The name of the one licence of all tables; "" where they have several, or terms without a name of their own ("other-…")."""
    names = {tuple(licence.name for licence in resource.licenses) for resource in resources}
    only = names.pop() if len(names) == 1 else ()
    return only[0] if len(only) == 1 and not only[0].startswith("other-") else ""


def _eras(results: Results, series: Series) -> tuple[Era, ...]:
    """Whom the rows of a mean of one leader at a time are about, from the first row of each to the last before another."""
    reduce = series.definition.reduce
    column = reduce.parameters.get("leader") if reduce else None
    if not column or not series.definition.table or results.tables[series.definition.table].store:
        return ()
    frame = results.tables[series.definition.table].frame
    used = frame[frame[ROW].isin({row for rows in series.rows for row in rows})].sort_values(DAY)
    eras: list[Era] = []
    for name, day in zip(used[column].tolist(), used[DAY].dt.date.tolist(), strict=True):
        if eras and eras[-1].name == name:
            eras[-1] = eras[-1]._replace(end=day)
        else:
            eras.append(Era(str(name), day, day))
    return tuple(eras)


def _shown(results: Results, view: View) -> Query:
    """What has to be computed: split as the definition shows it, where the view says nothing and compares with nothing."""
    if len(view.query.columns) > 1:
        hint = "leave one of them out; the page of the indicator has both in a table, and a csv has every pair"
        raise refused(fault("two-ways/split", hint=hint, columns=" and ".join(view.query.columns)), VIEW)
    query, definition = view.query, results.definitions.get(view.indicator)
    if definition is None or view.breakdown or view.other:
        return query
    return query._replace(breakdown=definition.variants.get(view.variant or "", definition).shown)


# ---- window ----


def _days_of(series: Series, start: datetime.date, end: datetime.date) -> Days:
    """First and last day to show: those asked for, within the periods of the series."""
    if not len(series.values):
        return start, end
    first = first_day(int(series.values.index[0]), series.frequency)
    last = last_day(int(series.values.index[-1]), series.frequency)
    begin, finish = max(start, first), min(end, last)
    return (begin, finish) if begin <= finish else (first, last)


def window_of(series: Series, days: Days) -> Series:
    """The series, cut to the periods that begin from the first of the days to the last."""
    first, last = (period_of(day, series.frequency) for day in days)
    return series.between(first + (first_day(first, series.frequency) < days[0]), last)


# ---- layers and panels ----


def layer_of(series: Series, days: Days, share: Share = "alone", role: Role = "main") -> Layer:
    """What is drawn of a series in a panel that it may share with others."""
    window = window_of(series, days)
    kind: Kind = "columns" if share in ("stack", "group") else "line" if share == "lines" else _kind_alone(window)
    return Layer(series, window, kind, role)


def _kind_alone(window: Series) -> Kind:
    """How a series is drawn that shares its panel with no other: columns for counts and for the highest step of a ladder, steps for
    counts that run over a window or are rare in a long one and for what is in force, dots for lags, which have no path from one to the
    next, lines for levels."""
    values = window.values["value"]
    if not _is_columns(window):
        traits = reducer_traits(window.definition)
        stands = traits.in_force and not (window.definition.transform or window.query.transform)
        return "columns" if steps_of(window.unit) else "step" if window.counts or stands else "dots" if traits.apart else "line"
    rare = window.counts and len(values) > RARE_FROM and float((values > 0).mean()) < RARE_SHARE
    return "step" if rare else "columns"


def _is_columns(series: Series) -> bool:
    """Whether a series adds up period by period: counts, and sums over longer periods; sums over a window and levels do not."""
    if series.definition.transform or series.query.transform or series.definition.combine:
        return False
    reduce = series.definition.reduce
    return series.counts or (reduce is not None and reduce.name == "sum" and series.frequency in ("annual", "half-yearly", "triannual"))


def _panels(results: Results, series: Series, other: Series | None, days: Days) -> tuple[tuple[Panel, ...], tuple[str, ...]]:
    """The panels of a series: alone, split into its parts, or with another series; and the parts that are not drawn."""
    if series.parts:
        return _split(results, series, days)
    points = points_behind(series, results.tables)
    if other is None:
        only = replace(layer_of(series, days), points=points, fan=fan_of(results, series))
        return (Panel((only,), unit=series.unit, lines=lines_of(series)),), ()
    apart = series.unit != other.unit and (scale_of(series.unit) == "number" or scale_of(series.unit) != scale_of(other.unit))
    share: Share = "alone" if apart else "group" if _is_columns(series) and _is_columns(other) else "lines"
    first = replace(layer_of(series, days, share), name=_name_next_to(series, other), points=points if apart else None)
    second = replace(layer_of(other, days, share, "second"), name=_name_next_to(other, series), key=OTHER)
    if apart:
        titles = [numbers.titled(one.definition) for one in (series, other)]
        panels = zip((first, second), (series, other), titles, strict=True)
        return tuple(Panel((layer,), unit=one.unit, title=title, lines=lines_of(one)) for layer, one, title in panels), ()
    both = tuple(line for line in lines_of(series) if line in lines_of(other))  # a line of one is not taken for one of the other
    return (Panel((first, second), share, series.unit, lines=both),), ()


def adds_up(series: Series) -> bool:
    """Whether a series is an amount, of which nothing is zero."""
    reduce = series.definition.reduce
    return series.counts or bool(reduce and reduce.name == "sum")


def lines_of(series: Series) -> tuple[LineOf, ...]:
    """Reference lines of a series; none where it is calculated further, or where an amount is of another length of period."""
    changed = series.query.transform or (adds_up(series) and series.frequency != series.definition.frequency)
    return () if changed else series.definition.lines


def _name_next_to(series: Series, other: Series) -> str:
    """The name in the key of a series that is compared with another: its title, or its variant where the title is the same."""
    if series.definition.id != other.definition.id:
        return numbers.titled(series.definition)
    return series.definition.variant.replace("_", " ") if series.definition.variant else "as defined"


def _split(results: Results, series: Series, days: Days) -> tuple[tuple[Panel, ...], tuple[str, ...]]:
    """One panel with a layer for each part. Parts that are items of lists may share rows, so that they do not add up."""
    table = results.tables.get(series.definition.table or "")
    is_list = bool(table and series.query.breakdown in table.relations.lists)
    share: Share = "lines" if not _is_columns(series) else "group" if is_list else "stack"
    sides, names = {side.code for side in results.config.sides}, code_names(results, series)
    drawn = [code for code, part in series.parts.items() if part.values["value"].notna().any()]
    if 2 <= len(drawn) <= MOST_PANELS and set(drawn) <= sides:
        return _apart(series, drawn, days, names), ()
    codes, rest = _largest(series, {"stack": MOST_STACKED, "group": MOST_GROUPED, "lines": MOST_LINES}[share])
    if not codes:  # no part has more than zero: the whole
        whole = replace(layer_of(series, days), points=points_behind(series, results.tables))
        return (Panel((whole,), unit=series.unit),), tuple(definitions.code_words(c, names) for c in series.parts)
    if share == "group":  # parts that share rows are no columns on each other, and side by side too thin to be read
        return _apart(series, codes, days, names), tuple(definitions.code_words(c, names) for c in rest)
    layers = [
        replace(layer_of(series.parts[c], days, share, number), name=definitions.code_words(c, names), key=c)
        for number, c in enumerate(codes)
    ]
    if rest and share == "stack":
        layers.append(replace(layer_of(sum_of_parts(series, rest), days, share, "rest"), name=REST, key=REST))
        rest = []
    of_all = layer_of(series, days, share) if share == "stack" else None
    return (Panel(tuple(layers), share, series.unit, whole=of_all),), tuple(definitions.code_words(c, names) for c in rest)


def _apart(series: Series, codes: list[str], days: Days, names: Mapping[str, str]) -> tuple[Panel, ...]:
    """A panel for each part."""
    layers = [replace(layer_of(series.parts[code], days), name=definitions.code_words(code, names), key=code) for code in codes]
    return tuple(Panel((layer,), unit=series.unit, title=layer.name) for layer in layers)


def code_names(results: Results, series: Series) -> Mapping[str, str]:
    """How the codes of a breakdown are written: the words of the table, and the names of the sides."""
    table = results.tables.get(series.definition.table or "")
    return (dict(table.relations.words) if table else {}) | results.config.side_names


def _every_part(results: Results, series: Series, days: Days) -> tuple[Layer, ...]:
    """All parts of a series, whether they are drawn or not."""
    names = code_names(results, series)
    parts = series.parts.items()
    return tuple(replace(layer_of(one, days, "lines"), name=definitions.code_words(code, names), key=code) for code, one in parts)


def _largest(series: Series, most: int) -> tuple[list[str], list[str]]:
    """Codes of the largest parts, and of the rest; a part without a value other than zero is in neither."""
    weights = {code: float(part.values["value"].abs().sum()) for code, part in series.parts.items()}
    codes = [code for code in series.parts if weights[code] > 0]
    ranked = sorted(codes, key=lambda code: -weights[code])[:most]
    return [c for c in codes if c in ranked], [c for c in codes if c not in ranked]
