"""The controls of an indicator's page: which there are, what they offer, and the view that they ask for."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from dash import Input, dcc, html

from dashboard import wording
from dashboard.view import View, parse_view
from indicators.model import Definition, Query, Results, Series
from indicators.periods import PER_YEAR, Frequency
from indicators.vocabulary import scale_of

BASE = ""
"""What stands for the definition's own choice."""
YEARS = (5, 10)
PERIODS: Mapping[Frequency, str] = {
    "annual": "year",
    "half-yearly": "half-year",
    "triannual": "four-month period",
    "quarterly": "quarter",
    "monthly": "month",
    "weekly": "week",
    "daily": "day",
}


def controls(results: Results, view: View, series: Series) -> html.Form:
    """All controls, set to the view."""
    start = view.start or results.config.window.start
    window = [
        html.Label(["from ", dcc.Input(id="from", type="text", debounce=True, value=start, size="8")]),
        html.Label(["to ", dcc.Input(id="to", type="text", debounce=True, value=view.end or "", placeholder="latest", size="8")]),
        *[html.Button(f"last {n} years", id=f"last-{n}", type="button", n_clicks=0) for n in YEARS],
        html.Button("all", id="all-years", type="button", n_clicks=0),
    ]
    shown = state_of(results, view, series)
    notes = dcc.Checklist(id="notes", options=[{"label": "show notes", "value": "on"}], value=shown["notes"])
    return html.Form(
        [
            _field("Counting rule", _radio("variant", shown), hidden=len(shown["variants"]) < 2),
            _field("Frequency", _radio("frequency", shown)),
            html.Fieldset([html.Legend("Split by"), _radio("breakdown", shown)], id="splits", hidden=len(shown["breakdowns"]) < 2),
            _field("Window", html.Div(window, className="window")),
            _field("Calculation", _choice("transform", shown, "as defined")),
            _field("Beside it", _choice("with", shown, "another indicator or rule", search=True)),
            _field("Annotations", notes),
        ],
        className="controls",
    )


def _field(legend: str, control: Any, *, hidden: bool = False) -> html.Fieldset:
    return html.Fieldset([html.Legend(legend), control], hidden=hidden)


PLURALS = {"variant": "variants", "frequency": "frequencies", "breakdown": "breakdowns", "transform": "transforms", "with": "others"}


def _radio(name: str, shown: Mapping[str, Any]) -> dcc.RadioItems:
    return dcc.RadioItems(id=name, options=shown[PLURALS[name]], value=shown[name], inline=True)


def _choice(name: str, shown: Mapping[str, Any], placeholder: str, *, search: bool = False) -> html.Div:
    box = dcc.Dropdown(
        id=name,
        options=shown[PLURALS[name]],
        value=shown[name] or None,
        placeholder=placeholder,
        clearable=True,
        searchable=search,
        optionHeight="auto",
    )
    return html.Div(box, className="choice")


def state_of(results: Results, view: View, series: Series) -> dict[str, Any]:
    """What every control offers and holds for a view."""
    definition = results.definitions[view.indicator]
    chosen = series.definition
    variants = [{"label": "as defined", "value": BASE}, *({"label": v.replace("_", " "), "value": v} for v in definition.variants)]
    breakdowns = [{"label": "the whole", "value": BASE}, *({"label": b.by.replace("_", " "), "value": b.by} for b in chosen.breakdown)]
    return {
        "variants": variants,
        "variant": view.variant or BASE,
        "frequencies": [{"label": f, "value": f} for f in results.frequencies[chosen.name]],
        "frequency": series.frequency,
        "breakdowns": breakdowns,
        "breakdown": view.breakdown or BASE,
        "transforms": transforms(view, series),
        "transform": ";".join(view.transform) or None,
        "others": others(results, view),
        "with": view.other,
        "start": view.start or results.config.window.start,
        "end": view.end or "",
        "notes": [] if view.annotations == "off" else ["on"],
    }


def transforms(view: View, series: Series) -> list[dict[str, str]]:
    """Calculations that make sense of this unit at this frequency; and the address's own, whatever it is."""
    period, year = PERIODS[series.frequency], PER_YEAR[series.frequency]
    adds = scale_of(series.definition.unit) == "number"
    offered = {"change": f"change from the {period} before"}
    if year > 1:
        offered[f"rolling_mean:window={year}"] = f"mean of the last {year} {period}s"
    if adds:
        offered |= {"pct_change": f"per cent change from the {period} before", "year_on_year": "per cent change from a year earlier"}
        offered |= {f"rolling_sum:window={year}": f"sum of the last {year} {period}s"} if year > 1 else {}
        offered |= {"cumulative": "sum of all so far", "year_to_date": "sum of the year so far"} if series.counts or year > 1 else {}
        offered[f"rebase:period={_first_year(view, series)}"] = f"index, {_first_year(view, series)} = 100"
        offered["per_day"] = "for each day"
    own = ";".join(view.transform)
    if own and own not in offered:
        offered[own] = ", then ".join(wording.step_words(step) for step in view.transform)
    return [{"label": label, "value": value} for value, label in offered.items()]


def _first_year(view: View, series: Series) -> str:
    """The first whole year that the window shows."""
    good = series.values.index[series.values["value"].notna()]
    first = str(series.values.at[good[0], "label"])[:4] if len(good) else "2000"
    return max((view.start or first)[:4], first)


def others(results: Results, view: View) -> list[dict[str, str]]:
    """Indicators and rules that may stand beside this one, by pillar; rules of this indicator first."""
    order = {pillar.id: n for n, pillar in enumerate(results.config.pillars)}
    ranked = sorted(results.definitions.values(), key=lambda d: (d.id != view.indicator, order.get(d.pillar, 99)))
    every = [one for definition in ranked for one in (definition, *definition.variants.values())]
    own = f"{view.indicator}@{view.variant}" if view.variant else view.indicator
    return [{"label": wording.titled(one), "value": one.name} for one in every if one.name != own]


# ---- what the controls ask for ----


def inputs() -> dict[str, Any]:
    """The controls' values as inputs of a callback."""
    names = ("variant", "frequency", "breakdown", "transform", "with", "from", "to", "notes")
    return {name: Input(name, "value") for name in names}


def buttons() -> list[Any]:
    """The buttons of the window as inputs of a callback."""
    return [Input(f"last-{n}", "n_clicks") for n in YEARS] + [Input("all-years", "n_clicks")]


def asked(results: Results, trigger: Any, given: Mapping[str, Any], search: str, indicator: str) -> View:
    """The view that the controls ask for, after `trigger` of them was used; what they do not hold stays as in the address."""
    address = parse_view(f"{indicator}{search or ''}")
    pairs = {name: given[name] or "" for name in ("variant", "frequency", "breakdown", "with")}
    pairs |= {"from": (given["from"] or "").strip(), "to": (given["to"] or "").strip(), "annotations": "" if given["notes"] else "off"}
    if trigger in [f"last-{n}" for n in YEARS]:
        pairs |= {"from": str(int(results.config.as_of[:4]) - int(str(trigger).partition("-")[2])), "to": ""}
    if trigger == "all-years":
        pairs |= {"from": _beginning(results, indicator, pairs["variant"]), "to": ""}
    steps = [step for step in (given["transform"] or "").split(";") if step]
    chosen = _chosen(results, indicator, pairs["variant"])
    if trigger == "variant":
        pairs["frequency"], steps = "", []
    if pairs["breakdown"] not in [b.by for b in chosen.breakdown] or (trigger == "with" and pairs["with"]):
        pairs["breakdown"] = ""
    if trigger == "breakdown" and pairs["breakdown"]:
        pairs["with"] = ""
    defaults = {"from": results.config.window.start, "frequency": chosen.frequency}
    kept = {key: value for key, value in (pairs | {"as_of": address.as_of or ""}).items() if value and value != defaults.get(key)}
    return parse_view(f"{indicator}?{urlencode([*kept.items(), *(('transform', step) for step in steps)])}")


def _chosen(results: Results, indicator: str, variant: str) -> Definition:
    definition = results.definitions[indicator]
    return definition.variants.get(variant, definition)


def _beginning(results: Results, indicator: str, variant: str) -> str:
    values = results.series(Query(indicator, variant or None)).values
    return str(values["label"].iloc[0])[:4] if len(values) else results.config.window.start
