"""The briefing of a period: statements with their rules, charts, what was not said, what lay ahead and the chronology; made for print."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from dash import dcc, html

from dashboard.charts.figure import drawing_of
from dashboard.charts.frame import Size
from dashboard.charts.picture import Picture, picture_of
from dashboard.charts.theme import GRAPH_CONFIG, PALETTES
from dashboard.charts.view import VIEW, View
from dashboard.export.captions import alternative
from dashboard.export.output import OF_A_BRIEFING
from dashboard.live import Current
from dashboard.pages import Asked, Screen, attributes, cached, kept, keys_of, points
from dashboard.pages.claims import collected_links
from dashboard.pages.nodes import page_of_nodes, plain
from dashboard.words import brief as words
from dashboard.words import numbers
from indicators.compute.brief import Brief, Chapter, Said, Unsaid, brief_of, default_period
from indicators.nouns.periods import first_day, is_finer, label, parse_period, period_of, within
from indicators.nouns.series import Query, Results
from indicators.problems import Refused, fault, refused

PATH = "/brief"
TITLE = "Briefing"
IN_NAVIGATION, TAKES_MORE = True, True
CONTENT = "brief"
MOST_CHARTS = 2
YEARS = 8
"""Years that a chart shows, up to the period."""
PLOT_NARROW = 230
"""Height of a plot on a screen that a memo picture is too wide for, in pixels."""
Draw = Callable[[Picture], tuple[Any, str]]
"""What makes a chart: the component that is shown, and the words for people who cannot see it."""


def look_up(now: Current, rest: str) -> str:
    """The period that an address asks for. ProblemsFound where there is none, and for other keys."""
    path = rest.partition("?")[0]
    period = keys_of(rest, "period").get("period") or path or default_period(now.results)
    return checked(now.results, period)


def checked(results: Results, name: str) -> str:
    """The name of a period. ProblemsFound for another text, and for a period that begins after the day of the data."""
    try:
        period, frequency = parse_period(name)
    except Refused as e:
        hint = f"for example {default_period(results)}"
        raise refused(fault("wrong-value/time", hint=hint, key="period", why=e), VIEW) from None
    if first_day(period, frequency) > results.config.today:
        hint = "nothing is known of later periods; choose an earlier one"
        raise refused(fault("after-the-data", hint=hint, day=name, as_of=results.config.as_of), VIEW)
    return name


def _nodes(now: Current, asked: Asked) -> Any:
    period, screen = look_up(now, asked.rest), asked.screen

    def build() -> Any:
        brief = kept(now, ("brief of", period), lambda: brief_of(now.results, period))
        return plain([_chooser(now.results, brief), document(now.results, brief, lambda picture: _graph(picture, screen))])

    return cached(now, (CONTENT, period, screen.width), build)


layout, register = page_of_nodes(CONTENT, PATH, _nodes)


def _graph(picture: Picture, screen: Screen) -> tuple[Any, str]:
    """The picture as on paper, in light colours; on a narrow screen as wide as that."""
    paper = OF_A_BRIEFING.size
    size = paper if screen.width >= paper.width else Size(screen.width, plot_height=PLOT_NARROW)
    drawing = drawing_of(picture, PALETTES["light"], size)
    return dcc.Graph(figure=drawing.figure, config=GRAPH_CONFIG | {"staticPlot": True}), alternative(picture, drawing.plan)


def _chooser(results: Results, brief: Brief) -> html.Form:
    """The periods that can be chosen, the newest first."""
    every = results.config.briefing.every
    first = within(results.config.window.start, every)[0]
    names = [label(one, every) for one in range(period_of(results.config.today, every), first - 1, -1)]
    names += [] if brief.label in names else [brief.label]
    options = [html.Option(numbers.period(*parse_period(one)), value=one, selected=one == brief.label) for one in names]
    return html.Form(html.Label(["Period ", html.Select(options, name="period", id="brief-period")]), className="filters of-period")


# ---- the document ----


def document(results: Results, brief: Brief, draw: Draw) -> html.Article:
    """The briefing as it is shown, printed and written to a file; `draw` makes its charts."""
    drawn = map(draw, charts(results, brief))
    figures = [html.Div(chart, className="memo", role="img", **attributes(aria_label=text)) for chart, text in drawn]
    chapters = [_chapter(results, one) for one in brief.chapters]
    head = html.Header(
        [
            html.H1(words.heading(brief, results)),
            html.P(words.lead(brief, results), className="lead"),
            html.P(words.how(results), className="how"),
        ]
    )
    return html.Article([head, *figures, *chapters, *_ahead(results, brief), *_appendix(results, brief)], className="brief")


def charts(results: Results, brief: Brief) -> list[Picture]:
    """A chart for some pillars, the first ones with a headline indicator whose value in the briefing rests on rows."""
    found = []
    for chapter in brief.chapters:
        said = {one.rule.id: one for one in chapter.said if one.rows}
        name = next((name for name in results.config.headline if name.partition("@")[0] in said), None)
        found += [picture_of(results, _view(results, name, said[name.partition("@")[0]], brief))] if name else []
    return found[:MOST_CHARTS]


def _view(results: Results, name: str, said: Said, brief: Brief) -> View:
    """A headline indicator over some years that end with the period; in its own periods where these are not longer."""
    rule = results.definition(name)
    frequency = brief.frequency if is_finer(brief.frequency, rule.frequency) and brief.frequency in results.frequencies[name] else None
    end = said.series.point(said.claim.period).label if is_finer(brief.frequency, said.series.frequency) else brief.label
    return View(rule.id, rule.variant, frequency, start=str(brief.days[0].year - YEARS), end=end)


def _chapter(results: Results, chapter: Chapter) -> html.Section:
    lines = (words.line(one, results) for one in chapter.said)
    statements = [html.Li([html.A(one.text, href=address(one.query, one.point)), html.Span(one.under, className="under")]) for one in lines]
    sources, unsaid = words.sources(chapter, results), [_unsaid(results, text, one) for text, one in words.not_said_of(chapter)]
    last = [*([f"{sources} "] if sources else []), *unsaid]
    return html.Section(
        [
            html.H2(chapter.pillar.title),
            *([html.Ul(statements, className="statements")] if statements else []),
            *([_table(results, chapter)] if chapter.table else []),
            *([html.P(last, className="unsaid")] if last else []),
        ],
        className="chapter",
    )


def _unsaid(results: Results, text: str, one: Unsaid | None) -> Any:
    """A piece of what is not said; a figure leads to what was collected of it and by whom."""
    if one is None:
        return text
    collected = collected_links(results, one.series)
    return html.A(text, href=collected[0][1] if collected else address(Query(one.rule.id, one.rule.variant), ""))


def address(query: Query, point: str) -> str:
    """The page of an indicator with its rule and coverage, and the rows of a point."""
    view = View(query.indicator, query.variant, query.frequency)
    return f"/indicator/{quote(view.indicator)}?{points.joined(view.search, point)}"


def _table(results: Results, chapter: Chapter) -> html.Table:
    """The values that are not stated."""
    cells = [words.cells(one, results) for one in chapter.table]
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in words.COLUMNS]))
    rows = [[html.Th(html.A(one.title, href=address(one.query, one.point)), scope="row"), *map(html.Td, one.row[1:])] for one in cells]
    return html.Table([head, html.Tbody(list(map(html.Tr, rows)))], className="also")


def _ahead(results: Results, brief: Brief) -> Iterator[html.Section]:
    if brief.ahead:
        items = [html.Li([html.B(f"{when}: "), what]) for when, what in map(words.ahead, brief.ahead)]
        yield html.Section(
            [html.H2(words.AHEAD), html.P(words.about_ahead(brief, results), className="why"), html.Ul(items, className="ahead")],
            className="chapter",
        )


def _appendix(results: Results, brief: Brief) -> Iterator[html.Section]:
    if not brief.events:
        return
    items = [html.Li([html.B(one.day), f" {one.text} ", html.I(one.source)]) for one in words.events(brief, results)]
    more = html.P(words.about_events(brief), className="why")
    start, end = brief.days
    link = html.A("Search the chronology", href=f"/chronology?from={start.isoformat()}&to={end.isoformat()}", className="open")
    yield html.Section([html.H2(words.APPENDIX), more, html.Ul(items, className="events"), link], className="appendix")
