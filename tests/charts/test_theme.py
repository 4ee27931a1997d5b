"""Colours: distinguished under simulated colour blindness and in grey, and legible on their ground."""

import itertools

import pytest
from coloraide import Color

from dashboard.charts.theme import PALETTES

LEAST_DIFFERENCE = 9
"""Least CIEDE2000 between two colours of a chart; about 2 is seen side by side, and columns lie far apart."""
SIMULATED = [None, "protan", "deutan", "tritan"]


def seen(colour, kind):
    return Color(colour).filter(kind).convert("srgb") if kind else Color(colour)


@pytest.mark.parametrize("kind", SIMULATED)
@pytest.mark.parametrize("name", PALETTES)
def test_parts_of_a_chart_are_distinguished(name, kind):
    palette = PALETTES[name]
    for one, other in itertools.combinations([*palette.parts, palette.rest], 2):
        assert seen(one, kind).delta_e(seen(other, kind), method="2000") > LEAST_DIFFERENCE, (one, other)


@pytest.mark.parametrize("kind", SIMULATED)
@pytest.mark.parametrize("name", PALETTES)
def test_two_series_and_their_states_are_distinguished(name, kind):
    p = PALETTES[name]
    for one, other in ((p.series, p.second), (p.series, p.pale), (p.second, p.second_pale), (p.series, p.note)):
        assert seen(one, kind).delta_e(seen(other, kind), method="2000") > LEAST_DIFFERENCE, (one, other)


def test_parts_that_lie_on_each_other_differ_in_grey_print():
    """Prints are always of the light palette."""
    lightness = [Color(c).convert("lab")["l"] for c in (*PALETTES["light"].parts, PALETTES["light"].rest)]
    assert all(abs(a - b) > 10 for a, b in itertools.pairwise(lightness))


@pytest.mark.parametrize("name", PALETTES)
def test_words_and_lines_are_legible_on_the_paper(name):
    """WCAG 2.2: 4.5 for text, 3 for what must be seen."""
    p = PALETTES[name]
    assert all(Color(c).contrast(p.paper) >= 4.5 for c in (p.ink, p.muted, p.note))
    assert all(Color(c).contrast(p.paper) >= 3 for c in (p.series, p.second))
