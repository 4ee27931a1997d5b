"""The controls of an indicator's page: what they offer, what they are set to, and the view that they ask for."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard.charts.view import TOTAL, VIEW, View, parse_view
from dashboard.pages import attributes
from dashboard.pages.nodes import form_input
from dashboard.pages.points import apart
from dashboard.words import numbers
from indicators.nouns.definition import Definition
from indicators.nouns.periods import NOUNS, PER_YEAR, Frequency
from indicators.nouns.series import Query, Results, Series
from indicators.nouns.vocabulary import scale_of
from indicators.problems import fault, refused
from indicators.reading.dependencies import stock_behind
from indicators.suggestions import suggest

BASE = ""
"""The value of a control that is left as the definition has it."""
YEARS = (5, 10)
ALL = "all-years"
WINDOWS: dict[Frequency, tuple[int, ...]] = {
    "daily": (7, 30, 90, 365),
    "weekly": (4, 13, 26, 52),
    "monthly": (3, 6, 12, 24),
    "quarterly": (2, 4, 8),
    "triannual": (3, 6),
    "half-yearly": (2, 4),
    "annual": (3, 5),
}
"""Lengths of the windows that sums and means may run over, in periods."""


def controls(results: Results, view: View, series: Series) -> list[html.Fieldset]:
    """All controls, set to the view. They are native ones, which keyboards and screen readers know."""
    shown = state_of(results, view, series)
    window = [
        _box("from", shown["start"]),
        _box("to", shown["end"], placeholder="latest"),
        *[_button(f"last-{n}", f"last {n} years") for n in YEARS],
        _button(ALL, "all"),
    ]
    ticked = {"checked": ""} if shown["notes"] else {}
    notes = html.Label([form_input(type="checkbox", id="notes", name="notes", value="on", **ticked), " show notes"])
    splits = [_field("Split by", _radio("breakdown", shown))] if len(shown["breakdowns"]) > 1 else []
    return [
        *([_field("Counting rule", _radio("variant", shown))] if len(shown["variants"]) > 1 else []),
        _field("Frequency", _radio("frequency", shown)),
        *splits,
        _field("Window", [html.Div(window, className="window")]),
        _field("Calculation", [_choice("transform", "Calculation", shown, "none")]),
        _field("Compare with", [_choice("with", "Indicator or rule to compare with", shown, "nothing")]),
        _field("Notes", [notes]),
    ]


def settings(results: Results, view: View, series: Series) -> str:
    """What the controls are set to, in a few words, for where they are folded.

    "by month, from 2012, split by level"
    """
    split, other = series.query.breakdown, results.definition(view.other) if view.other else None
    words = [
        numbers.variant_words(series.definition),
        f"by {NOUNS[series.frequency]}",
        f"from {view.start or results.config.window.start}",
        f"to {view.end}" if view.end else "",
        f"split by {split.replace('_', ' ')}" if split else "",
        *map(numbers.step_words, view.transform),
        f"with {numbers.titled(other)}" if other else "",
        "without notes" if view.annotations == "off" else "",
        "one by one" if view.lanes else "",
    ]
    return ", ".join(filter(None, words))


def _field(legend: str, inside: Iterable[Any]) -> html.Fieldset:
    return html.Fieldset([html.Legend(legend), *inside])


PLURALS = {"variant": "variants", "frequency": "frequencies", "breakdown": "breakdowns", "transform": "transforms", "with": "others"}


def _radio(name: str, shown: Mapping[str, Any]) -> Iterator[html.Label]:
    for option in shown[PLURALS[name]]:
        ticked = {"checked": ""} if option["value"] == shown[name] else {}
        one = form_input(type="radio", id=f"{name}-{option['value']}", name=name, value=option["value"], **ticked)
        yield html.Label([one, f" {option['label']}"])


def _choice(name: str, label: str, shown: Mapping[str, Any], nothing: str) -> html.Select:
    options: list[Any] = [html.Option(nothing, value="")]
    groups: dict[str, list[html.Option]] = {}
    for option in shown[PLURALS[name]]:
        one = html.Option(option["label"], value=option["value"], selected=option["value"] == shown[name])
        groups.setdefault(option.get("group", ""), []).append(one)
    for group, members in groups.items():
        options += [html.Optgroup(members, label=group)] if group else members
    return html.Select(options, id=name, name=name, **attributes(aria_label=label))


def _box(name: str, value: str, **more: str) -> html.Label:
    return html.Label([f"{name} ", form_input(type="text", id=name, name=name, value=value, size="8", autocomplete="off", **more)])


def _button(name: str, label: str) -> html.Button:
    return html.Button(label, type="button", id=name, **attributes(data_asks=name))


def state_of(results: Results, view: View, series: Series) -> dict[str, Any]:
    """What every control offers and is set to, for a view."""
    definition = results.definitions[view.indicator]
    rule = series.definition
    named = ({"label": numbers.variant_words(one), "value": name} for name, one in definition.variants.items())
    variants = [{"label": "standard", "value": BASE}, *named]
    total = TOTAL if rule.shown else BASE
    stock = stock_behind(rule, results.definition, {name: table.resource for name, table in results.tables.items()})
    breakdowns = [{"label": "Total", "value": total}, *({"label": b.by.replace("_", " "), "value": b.by} for b in rule.breakdown)]
    return {
        "variants": variants,
        "variant": view.variant or BASE,
        "frequencies": [{"label": f, "value": f} for f in results.frequencies[rule.name]],
        "frequency": series.frequency,
        "breakdowns": breakdowns,
        "breakdown": series.query.breakdown or total,
        "transforms": transforms(view, series, of_stock=bool(stock)),
        "transform": ";".join(view.transform),
        "others": others(results, view),
        "with": view.other or BASE,
        "start": view.start or results.config.window.start,
        "end": view.end or "",
        "notes": view.annotations != "off",
    }


def transforms(view: View, series: Series, *, of_stock: bool) -> list[dict[str, str]]:
    """Calculations that make sense for this unit at this frequency; and the one in the address, whatever it is. Numbers of a stock are
    not added over time."""
    definition, period, year = series.definition, NOUNS[series.frequency], PER_YEAR[series.frequency]
    offered = {"change": f"change from the previous {period}"}
    if scale_of(definition.unit) == "number" and not definition.composite:
        offered["pct_change"] = f"per cent change from the previous {period}"
        offered |= {"year_on_year": "per cent change from a year earlier"} if year > 1 else {}
        offered[f"rebase:period={_first_year(view, series)}"] = f"index, {_first_year(view, series)} = 100"
    step = definition.reduce or definition.combine
    adds = step and step.name in ("count", "sum") and not definition.transform and not of_stock  # values of several periods may be added
    if adds:
        offered |= {"year_to_date": "year to date"} if year > 1 else {}
        offered |= {"cumulative": "running total", "per_day": "average for one day"}
    own = ";".join(view.transform)
    lengths = [n for n in WINDOWS[series.frequency] if n <= len(series.values)]
    rolling = ["sum", "mean"] if adds else ["mean"]
    windows = {word: {f"rolling_{word}:window={n}": f"{word} of the last {n} {period}s" for n in lengths} for word in rolling}
    if own and own not in {**offered, **windows.get("sum", {}), **windows["mean"]}:
        offered[own] = ", then ".join(numbers.step_words(step) for step in view.transform)
    grouped = [("", offered), *((f"{word.capitalize()} over a window", options) for word, options in windows.items())]
    return [{"label": label, "value": value, "group": group} for group, options in grouped for value, label in options.items()]


def _first_year(view: View, series: Series) -> str:
    """The first whole year that the window shows."""
    observed = series.values.index[series.values["value"].notna()]
    first = str(series.values.at[observed[0], "label"])[:4] if len(observed) else "2000"
    return max((view.start or first)[:4], first)


def others(results: Results, view: View) -> list[dict[str, str]]:
    """Indicators and rules to compare this one with, by pillar; other rules of this indicator first."""
    own = view.query.name
    groups = {pillar.id: pillar.title for pillar in results.config.pillars}
    order = {"": -1, **{pillar: n for n, pillar in enumerate(groups)}}
    every = [one for d in results.definitions.values() for one in d.rules if one.name != own]
    ranked = sorted(every, key=lambda one: -1 if one.id == view.indicator else order.get(one.pillar, len(order)))
    own_rules, others = "Other rules of this indicator", "Composites"
    named = {one.name: own_rules if one.id == view.indicator else groups.get(one.pillar, others) for one in ranked}
    return [{"label": numbers.titled(one), "value": one.name, "group": named[one.name]} for one in ranked]


# ---- what the controls ask for ----


def asked(results: Results, trigger: str, given: Mapping[str, str], search: str, indicator: str) -> View:
    """The view that the controls ask for after one of them, `trigger`, was used; what they do not set stays as in the address."""
    address = parse_view(apart(f"{indicator}{search or ''}")[0])
    pairs = {name: given.get(name, "").strip() for name in ("variant", "frequency", "breakdown", "with", "from", "to")}
    pairs["annotations"] = "" if given.get("notes") else "off"
    if trigger in [f"last-{n}" for n in YEARS]:
        pairs |= {"from": str(int(results.config.as_of[:4]) - int(trigger.partition("-")[2])), "to": ""}
    chosen = _chosen(results, indicator, pairs["variant"])
    if trigger == ALL:
        labels = results.series(Query(indicator, pairs["variant"] or None)).values["label"]
        pairs |= {"from": str(labels.iloc[0])[:4] if len(labels) else results.config.window.start, "to": ""}
    steps = [step for step in given.get("transform", "").split(";") if step]
    if trigger == "variant":  # a frequency that was chosen stays where the rule is available at it
        pairs["frequency"] = address.frequency if address.frequency in results.frequencies[chosen.name] else ""
        steps = []
    total = TOTAL if chosen.shown else ""
    if pairs["breakdown"] not in [b.by for b in chosen.breakdown] or (trigger == "with" and pairs["with"]):
        pairs["breakdown"] = chosen.shown or "" if trigger == "variant" else total
    if trigger == "breakdown" and pairs["breakdown"] != total:
        pairs["with"] = ""
    shown = total if pairs["with"] else chosen.shown
    defaults = {"from": results.config.window.start, "frequency": chosen.frequency, "breakdown": shown}
    alone = not pairs["with"] and pairs["breakdown"] in ("", total)
    pairs |= {"as_of": address.as_of or "", "recipe": address.recipe or "", "lanes": address.lanes or "" if alone else ""}
    kept = {key: value for key, value in pairs.items() if value and value != defaults.get(key)}
    return parse_view(f"{indicator}?{urlencode([*kept.items(), *(('transform', step) for step in steps)])}")


def _chosen(results: Results, indicator: str, variant: str) -> Definition:
    if indicator not in results.definitions:  # renamed or removed while the page was open
        hint = suggest(indicator, results.definitions)
        raise refused(fault("unknown-indicator/gone", hint=hint, name=indicator), VIEW)
    definition = results.definitions[indicator]
    return definition.variants.get(variant, definition)
