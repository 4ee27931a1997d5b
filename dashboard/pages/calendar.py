"""The calendar: what returns every year, what was promised, which dialogues meet, and when new figures are due."""

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from dash import html

from dashboard.live import Current
from dashboard.pages import Asked, attributes, day_asked, kept, keys_of, on_day
from dashboard.pages.nodes import chooser, form_input, lines_of, matrix, page_of_nodes, plain, scrolled, state, web_link
from dashboard.pages.rows import row_link, source_link
from dashboard.words import agenda as words
from dashboard.words import numbers, states
from dashboard.words.definitions import code_words
from indicators.compute.agenda import Occasion, Release, coming, occasions, releases, years_of
from indicators.compute.dialogues import Dialogue, dialogues
from indicators.compute.promises import Promise, by_place, by_side, promises, tallies
from indicators.compute.provenance import rows_behind
from indicators.nouns.periods import first_day, last_day, parse_period
from indicators.nouns.series import Results
from indicators.problems import Place, ProblemsFound, fault, refused
from indicators.suggestions import suggest

PATH = "/calendar"
TITLE = "Calendar"
IN_NAVIGATION, TAKES_MORE = True, True
CONTENT = "calendar"
KEYS = ("year", "by", "stage", "stands", "q", "sort", "as_of")
NOBODY = "none"
"""What stands for promises without a promiser, or without a stage, in the address."""
ORDERS = ("due", "made", "stage", "stands")
"""By what promises may be ordered."""


class Wanted(NamedTuple):
    """What an address asks for: its keys, the year shown, and the day (None is that of the data)."""

    keys: dict[str, str]
    year: int
    as_of: str | None

    def at(self, **changes: str) -> str:
        """The address with other keys; a blank removes a key."""
        asked = urlencode([(key, value) for key, value in {**self.keys, **changes}.items() if value])
        return f"{PATH}?{asked}" if asked else PATH


def look_up(now: Current, rest: str) -> Wanted:
    """What an address asks for. ProblemsFound where it makes no sense."""
    if path := rest.partition("?")[0]:
        hint = f"{PATH} has no pages below it; a year is {PATH}?year={path if path.isdecimal() else '…'}"
        raise refused(fault("not-allowed/value", hint=hint, value=path, key="the path"), Place("address"))
    keys = keys_of(rest, *KEYS)
    as_of = day_asked(now, keys)
    results = on_day(now, as_of).results
    years = list(map(str, years_of(results))) or [results.config.as_of[:4]]
    every = [one for some in promises(now.results).values() for one in some]  # also those of which that day knows nothing
    known: dict[str, list[str]] = {
        "year": years,
        "by": sorted({code for one in every for code in one.by or (NOBODY,)}),
        "stage": sorted({one.stage or NOBODY for one in every}),
        "stands": list(words.STANDS),
        "sort": list(ORDERS),
    }
    wrong = [key for key, those in known.items() if key in keys and keys[key] not in those]
    if wrong:
        faults = [fault("not-allowed/value", hint=suggest(keys[key], known[key]), value=keys[key], key=key) for key in wrong]
        raise ProblemsFound(one.at(Place("address")) for one in faults)
    return Wanted(keys, int(keys.get("year", results.config.as_of[:4])), as_of)


def _nodes(now: Current, asked: Asked) -> Any:
    return plain(_content(now, asked.rest))


layout, register = page_of_nodes(CONTENT, PATH, _nodes)


def _content(now: Current, rest: str) -> list[Any]:
    wanted = look_up(now, rest)
    results = on_day(now, wanted.as_of).results
    as_of = numbers.day(results.config.today)
    places = {"year": "The year", "promises": "Promises", "dialogues": "Dialogues", "releases": "New figures"}
    jumps = [part for name, title in places.items() for part in (" · ", html.A(title, href=f"#{name}"))][1:]
    back = [html.P(["As things stood on that day, from rows dated to it. ", html.A("Show the newest", href=wanted.at(as_of=""))])]
    head = html.Header([html.H1(TITLE), html.P(f"As of {as_of}.", className="lead"), html.P(jumps), *(back if wanted.as_of else [])])
    every = kept(now, (CONTENT, wanted.year, wanted.as_of), lambda: occasions(results, wanted.year))
    talks = kept(now, (CONTENT, "dialogues", wanted.as_of), lambda: _dialogues(results))
    return [head, *_next(results), _year(results, wanted, every), _promises(results, wanted), talks, _releases(results, wanted)]


def _section(name: str, title: str, parts: Iterable[Any]) -> html.Section:
    """A part of the page; on a small screen closed under its title, so that all titles are in sight."""
    inside = [html.Summary(html.H2(title, id=name)), *parts]
    return html.Section(html.Details(inside, id=f"{name}-part", **attributes(data_open="wide")), className="dated-things")


def _next(results: Results) -> list[Any]:
    """All that is due, or returns."""
    items = []
    every = coming(results)
    for one, before in zip(every, [None, *every], strict=False):
        came = states.came_of_it(one, before)
        note = [html.Span(f" ({came})", className="why")] if came else []
        items.append([html.Span(states.due_words(one), className="when"), html.Span([row_link(one.row, one.name), *note])])
    listed = [html.H2("What is next", id="next"), html.Ul([html.Li(item) for item in items], className="coming")]
    return [html.Section(listed, className="dated-things")] if items else []


def _missing(what: str, example: str) -> list[Any]:
    """What to write into a descriptor, where no table says anything."""
    how = html.Span(" Its descriptor would say so under relations:", className="how-to")
    return [html.P([f"No table says {what}.", how], className="hint"), html.Pre(html.Code(example), className="how-to")]


# ---- what returns every year ----


def _year(results: Results, wanted: Wanted, every: list[Occasion]) -> html.Section:
    years = years_of(results)
    title = f"The year {wanted.year}: what returns every year"
    if not years:
        return _section("year", title, _missing("what returns every year", words.YEARLY))
    steps = [html.A(label, href=wanted.at(year=str(one))) for one, label in _beside(wanted.year, years)]
    options = {str(one): str(one) for one in reversed(years)}
    form = _form(wanted, [chooser("Year", "year", options, str(wanted.year))], "year", label="Year to show")
    lead = html.P([words.year_words(every), *(part for step in steps for part in (" ", step))], id="in-the-year")
    tables = [results.tables[name].resource for name in dict.fromkeys(one.table for one in every)]
    about = [html.P([html.A(one.title, href=f"/table/{quote(one.name)}"), f": {one.description}"], className="place") for one in tables]
    months = [_month(results, numbers.MONTHS[n], [one for one in every if one.month == n + 1]) for n in range(12)]
    undated = [one for one in every if not one.month]
    rest = [_month(results, "Day not known", undated)] if undated else []
    return _section(
        "year", title, [*about, lead, form, html.Ol([*months, *rest], className="year"), html.P(words.STATES, className="place")]
    )


def _beside(year: int, years: range) -> list[tuple[int, str]]:
    return [(one, label) for one, label in ((year - 1, f"‹ {year - 1}"), (year + 1, f"{year + 1} ›")) if one in years]


def _month(results: Results, name: str, every: list[Occasion]) -> html.Li:
    items = [_occasion(results, one) for one in every]
    return html.Li([html.H3(name), html.Ul(items) if items else html.P("–", className="place")], className="" if items else "none")


def _occasion(results: Results, one: Occasion) -> html.Li:
    chip = state(words.came_words(one), f"came-{one.came}")
    new: list[Any] = [" ", state("new", "new")] if one.is_new else []
    before = html.Span(words.before_words(one), className="why") if one.before else None
    behind = rows_behind(results.tables, [one.row] if one.row else [], results.config.sources)
    links = [source_link(source) for row in behind for source in row.sources]
    rows = html.Span(lines_of(links), className="why") if links else None
    name = row_link(one.row, one.name) if one.row else one.name
    parts: list[Any] = [html.Strong(name), html.Div([chip, " ", words.when_words(one), *new]), before, rows]
    return html.Li([part for part in parts if part is not None], **attributes(data_came=one.came))


# ---- promises ----


def _form(wanted: Wanted, fields: list[Any], *own: str, label: str) -> html.Form:
    """Controls that set their `own` keys of the address and keep the others."""
    held = [form_input(type="hidden", name=key, value=value) for key, value in wanted.keys.items() if key not in own]
    inside = [html.Div(fields, className="fields"), *held]
    return html.Form(inside, className="filters", role="search", **attributes(aria_label=label))


def _promises(results: Results, wanted: Wanted) -> html.Section:
    today = results.config.today
    parts: list[Any] = []
    chosen = shown_promises(results, wanted)
    for table, every in promises(results).items():
        if not every:
            parts.append(html.P(words.too_early(results.tables[table]), className="hint"))
            continue
        shown = chosen[table]
        found = html.P(html.Strong(f"{len(shown)} of {len(every)} shown", id="promises-found", role="status"), className="counted")
        parts += [html.P(text) for text in words.promises_words(every)]
        parts += [_tallies(results, every), _promise_form(results, wanted, every), found, _promise_rows(results, shown, today)]
        parts.append(html.P(["Read before quoting: ", html.A("notes and all columns", href=f"/table/{quote(table)}")], className="place"))
    return _section("promises", "Promises and expected events", parts or _missing("what was promised", words.PROMISES))


def shown_promises(results: Results, wanted: Wanted) -> dict[str, list[Promise]]:
    """By table, the promises that an address asks for, in its order."""
    by = wanted.keys.get("sort", ORDERS[0])
    every = promises(results).items()
    return {table: sorted((one for one in some if _is_wanted(one, wanted)), key=lambda one: _order(one, by)) for table, some in every}


def _is_wanted(one: Promise, wanted: Wanted) -> bool:
    keys, text = wanted.keys, f"{one.what}\n{one.at}\n{one.outcome}".casefold()
    return (
        keys.get("by", "") in ("", *(one.by or (NOBODY,)))
        and keys.get("stage", "") in ("", one.stage or NOBODY)
        and keys.get("stands", "") in ("", one.stands)
        and all(word in text for word in set(keys.get("q", "").casefold().split()))
    )


def _order(one: Promise, by: str) -> tuple[Any, ...]:
    """Where a promise stands in the list; what has no day comes last."""
    if by in ("stage", "stands"):
        return (getattr(one, by) or "~", one.due or "~", one.row)
    return (getattr(one, by) or "~", one.row)


def _tallies(results: Results, every: list[Promise]) -> html.Div:
    """How the promises of each side, and of each meeting that made several, stand."""
    named = [by_side(every), by_place(every)]
    boxes = []
    for title, names, total in zip(("By who promised", "By where it was promised"), named, (every, []), strict=True):
        lines = [one for one in tallies(total, names) if one.all and (one.name or title == "By who promised")]
        cells = [[_who(results, one.name, n == len(lines) - 1 and bool(total)), *words.tally_words(one)] for n, one in enumerate(lines)]
        boxes += [matrix(title, words.TALLY, cells)] if cells else []
    return html.Div(boxes, className="matrices")


def _who(results: Results, name: str, is_all: bool) -> str:
    names = results.config.side_names
    return "All, each once" if is_all else code_words(name, names) if name else "nobody: forecasts, terms"


def _promise_form(results: Results, wanted: Wanted, every: list[Promise]) -> html.Form:
    sides = {code: _who(results, code, False) for code in by_side(every) if code}
    sides |= {NOBODY: "nobody: forecasts, terms"} if any(not one.by for one in every) else {}
    stages = {one.stage or NOBODY: code_words(one.stage, {}) or "none stated" for one in every}
    search = form_input(type="search", id="find-promise", name="q", value=wanted.keys.get("q", ""), autocomplete="off", placeholder="words")
    choices: dict[str, tuple[str, dict[str, str]]] = {
        "by": ("Promised by", {"": "any"} | sides),
        "stage": ("Stage", {"": "any"} | dict(sorted(stages.items()))),
        "stands": ("Where it stands", {"": "any"} | {str(one): text for one, text in words.STANDS.items()}),
        "sort": ("Order", dict(zip(("", *ORDERS[1:]), words.ORDERS, strict=True))),
    }
    fields = [chooser(label, key, options, wanted.keys.get(key, "")) for key, (label, options) in choices.items()]
    found = html.Label([html.Span("Search"), search], className="field")
    return _form(wanted, [found, *fields], "q", *choices, label="Promises")


def _promise_rows(results: Results, shown: list[Promise], today: datetime.date) -> Any:
    headings = ["what", "promised", "by", "stage", "due", "where it stands", "age"]
    lines = []
    for one in shown:
        by = ", ".join(_who(results, code, False) for code in one.by) or "–"
        promised = html.Div([html.Span(one.at), html.Span(numbers.date(one.made) if one.made else "day not stated", className="why")])
        stood = html.Div([state(words.STANDS[one.stands], f"stands-{one.stands}"), html.Span(words.stands_words(one), className="why")])
        due = numbers.date(one.due) if one.due else "no term"
        lines.append([row_link(one.row, one.what), promised, by, code_words(one.stage, {}) or "–", due, stood, words.age_words(one, today)])
    if not lines:
        return html.P("None matches. Remove a filter to see more.", className="hint")
    return scrolled(headings, lines, look="scroll listed promised")


# ---- dialogues ----


def _dialogues(results: Results) -> html.Section:
    every = dialogues(results)
    if not every:
        return _section("dialogues", "Standing dialogues", _missing("which rows are sessions of a standing dialogue", words.DIALOGUES))
    today = results.config.today
    headings = ["dialogue", "level", "sessions found", "rhythm", "last session", "next", "state"]
    lines = [_dialogue(one, today) for one in every]
    rule = html.Details([html.Summary("How a state is decided"), html.P(words.DIALOGUE_RULE)], id="dialogue-rule")
    found = html.P(words.dialogues_words(every), id="dialogues-found")
    since = first_day(*parse_period(results.config.window.start))
    table = scrolled(headings, lines, look="scroll listed dialogues")
    return _section("dialogues", "Standing dialogues", [found, rule, *_rhythm(every, since, today), table])


def _rhythm(every: list[Dialogue], since: datetime.date, today: datetime.date) -> list[Any]:
    """A lane for each dialogue with several sessions, and a mark for each of these. Nothing where no dialogue has any in this time."""
    shown = [one for one in every if len(one.sessions) > 1 and one.last.day >= since]
    if not shown:
        return []
    length = (today - since).days + 1
    step = max(1, round((today.year - since.year + 1) / 8))
    years = [datetime.date(year, 1, 1) for year in range(since.year + (since > datetime.date(since.year, 1, 1)), today.year + 1)]
    named = [html.Span(str(day.year), style=f"left: {_share(day, since, length)}%") for day in years[::step]]
    lanes = [html.Li([html.Span(one.name, className="whose"), _track(one, since, length)]) for one in shown]
    lanes.append(html.Li([html.Span(className="whose"), html.Div(named, className="years")]))
    grid = html.Ol(lanes, style=f"--year: {100 * 365.2425 / length:.4f}%")
    label = attributes(aria_label=words.rhythm_alternative(shown, since, today))
    key = html.P(words.rhythm_key(every, shown, since), className="place")
    return [html.Div(grid, id="rhythm", className="rhythm", role="img", **label), key]


def _share(day: datetime.date, since: datetime.date, length: int) -> float:
    """Where a day lies between the first day and today, in per cent."""
    return round(100 * min(max((day - since).days / length, 0), 1), 2)


def _track(one: Dialogue, since: datetime.date, length: int) -> html.Div:
    """The lane of a dialogue: hatched where sessions may be missing, and a mark for each session, in the middle of its month or year
    where no day is known."""
    parts: list[Any] = []
    for start, end in one.thin:
        left, right = (_share(day, since, length) for day in (start, end + datetime.timedelta(days=1)))
        parts += [html.Span(className="thin", style=f"left: {left}%; width: {right - left:.2f}%")] if right > left else []
    for session in one.sessions:
        if session.day >= since:
            half = {"day": 0, "month": 15, "quarter": 45, "year": 182}.get(session.precision, 15)
            left = _share(session.day + datetime.timedelta(days=half), since, length)
            look = "session" if session.precision == "day" else "session open"
            parts.append(html.Span(className=look, style=f"left: {left}%", title=words.session_day(session)))
    return html.Div(parts, className="lane-of")


def _dialogue(one: Dialogue, today: datetime.date) -> list[Any]:
    sessions = html.A(one.name, href=f"/chronology?{urlencode({'q': one.name})}")
    last = row_link(one.last.row, words.session_day(one.last))
    due = [row_link(row, words.next_words(term, row, one, today)) for term, row in one.next]
    standing = html.Div([state(words.STANDINGS[one.standing], one.standing), html.Span(words.standing_note(one, today), className="why")])
    level = ", ".join(code_words(code, {}) for code in one.levels)
    rhythm = row_link(one.per_year_row, words.rhythm_words(one)) if one.is_agreed and one.per_year_row else words.rhythm_words(one)
    return [sessions, level, words.sessions_words(one), rhythm, last, html.Div(lines_of(due)) if due else "not stated", standing]


# ---- releases ----


def _releases(results: Results, wanted: Wanted) -> html.Section:
    title = "When new figures are due"
    if wanted.as_of:
        return _section("releases", title, [html.P(words.NO_PAST, className="hint")])
    every = releases(results)
    known = [one for one in every if one.awaited != "rhythm not stated"]
    if not known:
        return _section("releases", title, _missing("when new figures are due", words.UPDATES))
    headings = ["figures", "newest", "next", "due", "state", "how that is known"]
    lines = [_release(results, one) for one in known]
    silent = [part for one in every if one not in known for part in (", ", html.A(one.name, href=f"/table/{quote(one.table)}"))][1:]
    rest = [html.P(["Rhythm not stated: ", *silent, "."], className="place")] if silent else []
    return _section("releases", title, [html.P(words.releases_words(known)), scrolled(headings, lines, look="scroll listed"), *rest])


def _release(results: Results, one: Release) -> list[Any]:
    names = results.config.side_names | dict(results.tables[one.table].relations.words)
    parts = "; ".join(" – ".join(code_words(code, names) for code in part) for part in one.parts)
    name = html.Div([html.A(one.name, href=f"/table/{quote(one.table)}"), *([html.Span(parts, className="why")] if parts else [])])
    newest, following = (numbers.period(period, one.frequency) for period in (one.newest, one.newest + 1))
    due = numbers.day(one.due) if one.due else f"after {numbers.day(last_day(one.newest + 1, one.frequency))}"
    basis = html.Div([html.Span(one.basis), *([" ", web_link("producer", one.path)] if one.path else [])])
    return [name, newest, following, due, state(words.AWAITED[one.awaited], one.awaited), basis]
