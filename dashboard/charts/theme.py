"""The look: one palette for light and one for dark, one Plotly template, the fonts, and what a graph may offer.

Colours follow those of Okabe and Ito and can be distinguished with the three common forms of colour blindness (tests simulate
them); parts that lie on each other also differ in grey, and what else must be distinguished in print differs in form
(hatching, hollow marks).
"""

from dataclasses import dataclass
from typing import Any, Literal

from dashboard.charts.picture import Role

FONT = (
    '"Noto Sans", "Open Sans", system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans CJK JP", "Noto Sans CJK KR", sans-serif'
)

GRAPH_CONFIG: Any = {
    "displaylogo": False,
    "showSendToCloud": False,  # a button that uploads the chart to a third party, on by default in plotly.js 4
    "plotlyServerURL": "",
    "responsive": False,
    "modeBarButtonsToRemove": ["toImage", "lasso2d", "select2d", "autoScale2d", "toggleSpikelines"],
}
SMALL_CONFIG = GRAPH_CONFIG | {"displayModeBar": False, "staticPlot": True}

Name = Literal["light", "dark"]


@dataclass(frozen=True)
class Palette:
    """Colours by what they mean."""

    paper: str
    ink: str
    muted: str
    grid: str
    series: str
    pale: str
    note: str
    band: str
    hatch: str
    second: str
    second_pale: str
    parts: tuple[str, ...]
    rest: str

    def of(self, role: Role) -> tuple[str, str]:
        """The colour of a layer, and the paler one of what is less than normal in it."""
        if isinstance(role, int):
            return self.parts[role], self.parts[role]
        return {"main": (self.series, self.pale), "second": (self.second, self.second_pale), "rest": (self.rest, self.rest)}[role]

    def tint(self, colour: str, share: float) -> str:
        """A colour mixed with that of the paper, of which it is a share."""
        pairs = ((int(colour[i : i + 2], 16), int(self.paper[i : i + 2], 16)) for i in (1, 3, 5))
        return "#" + "".join(f"{round(own * share + ground * (1 - share)):02x}" for own, ground in pairs)


PALETTES: dict[Name, Palette] = {
    "light": Palette(
        paper="#ffffff",
        ink="#1b1f24",
        muted="#59636e",
        grid="#e4e7eb",
        series="#0060a0",
        pale="#b9d6ea",
        note="#8a5a00",
        band="#eeeeea",
        hatch="#b4b9be",
        second="#c25000",
        second_pale="#f0c9a8",
        parts=("#14375e", "#d55e00", "#56b4e9", "#7b3f8f", "#009e73", "#e3bd00"),
        rest="#e1e5e8",
    ),
    "dark": Palette(
        paper="#14181d",
        ink="#e8eaed",
        muted="#a3adb8",
        grid="#2b323a",
        series="#62b5ec",
        pale="#3f7196",
        note="#e8b34b",
        band="#262d34",
        hatch="#5c6670",
        second="#f08c3c",
        second_pale="#8a5226",
        parts=("#d5e9ff", "#e07a1f", "#1f8ce8", "#a34c91", "#00dba9", "#e2f054"),
        rest="#615c5d",
    ),
}


def template(palette: Palette, scale: float = 1.0) -> dict[str, Any]:
    """The Plotly template that every figure uses; `scale` enlarges its text."""
    axis = {
        "gridcolor": palette.grid,
        "linecolor": palette.muted,
        "tickcolor": palette.muted,
        "zeroline": False,
        "tickfont": {"size": 11 * scale, "color": palette.muted},
        "automargin": False,
    }
    return {
        "layout": {
            "font": {"family": FONT, "size": 12 * scale, "color": palette.ink},
            "paper_bgcolor": palette.paper,
            "plot_bgcolor": palette.paper,
            "xaxis": axis | {"showgrid": False, "showline": True, "ticks": "outside", "ticklen": 4},
            "yaxis": axis | {"showline": False, "rangemode": "tozero"},
            "hoverlabel": {"font": {"family": FONT, "size": 12}, "align": "left"},
            "showlegend": False,
            "bargap": 0.2,
        }
    }
