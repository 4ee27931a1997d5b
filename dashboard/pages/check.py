"""Check a chart: drop an exported file, and read whether its numbers still hold."""

from dash import Dash, html

from dashboard.pages import attributes
from dashboard.pages.nodes import grown, register_growth

PATH = "/check"
TITLE = "Check a chart"
PLACE = "checking"


def layout() -> html.Div:
    """The page; the file goes to the server's own `/verified`, and nowhere else."""
    lead = "Drop a PNG, SVG, PDF, XLSX, JSON or kit that was exported from here, and read whether its numbers are the same today."
    screenshot = "A screenshot carries no record: open the view printed in its footer and compare the code printed beside it."
    box = ["input", {"type": "file", "id": "check-file", "aria-label": "Exported file"}]
    return html.Div(
        [
            html.H1(TITLE),
            html.P(lead, className="lead"),
            html.P(screenshot, className="lead"),
            html.Div(grown(PLACE, [["div", {"id": "drop", "class": "drop"}, ["label", "Choose a file, or drop one here: ", box]]])),
            html.Div(id="verdict", role="status", **attributes(aria_live="polite")),
        ]
    )


def register(app: Dash) -> None:
    """Grow the box."""
    register_growth(app, PLACE)
