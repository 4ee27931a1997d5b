"""Where the pillars stand, in words that a reader takes in at once."""

from dataclasses import replace

import pytest

from dashboard.words.states import certainty, change_words, figure_words, judged_words, sentence, standing_words, why_no_verdict
from indicators.compute.state import State, judge, state_of
from tests.builders import ask


def test_the_sentence_names_what_moved_first():
    titles, standings = ["Dialogue", "Friction", "People", "Politics"], ["steady", "worse", "steady", "no verdict"]
    said = sentence(titles, [State(standing, ()) for standing in standings])
    assert said == "friction worse; dialogue and people steady; politics without a verdict"
    assert sentence(["Friction", "People"], [State("worse", ()), State("better", ())]) == "mixed – people better; friction worse"


def test_an_old_state_carries_its_date(ruritania):
    """The slights of 1895 are five months old in May 1896, the audiences of 1894 seventeen."""
    assert standing_words(state_of([ask(ruritania, "audiences@by_year")])) == "Steady (1894)"


def test_a_pillar_without_a_verdict_says_why(ruritania):
    state = state_of([ask(ruritania, "waltzes")])
    assert (standing_words(state), why_no_verdict(state)) == ("No verdict", "better and worse are contested")


def test_a_figure_has_its_unit_and_its_time(ruritania):
    of = ask(ruritania, "audiences@by_year")
    assert figure_words(of, judge(of).newest) == ("2", "audiences, 1894")


def test_a_change_is_said_in_few_words(ruritania):
    assert change_words(judge(ask(ruritania, "audiences@by_year"))) == "2, down from 4 in 1893; so few that chance could explain it"


@pytest.mark.parametrize("name", ["audiences@by_year", "duels", "ruritanian_share", "approval", "ruritanians_in_graustark"])
def test_the_sentence_of_a_figure_has_the_change_by_which_it_is_judged(ruritania, name):
    """The same as in the table of the overview, so that a pillar's page and the overview do not compare one number with two."""
    judged = judge(ask(ruritania, name))
    said, change = judged_words(judged), change_words(judged)
    assert said.endswith((f". {change}.", f", {change[0].lower()}{change[1:]}."))


def test_what_cannot_be_compared_is_said_to_be_so(ruritania):
    assert certainty(judge(ask(ruritania, "audiences", as_of="1892-12-31"))) == "No figure is complete enough to compare"


@pytest.mark.parametrize(
    ("direction", "end"), [("lower is better", " (the worst end)"), ("higher is better", " (the best end)"), ("none", "")]
)
def test_the_sentence_says_which_end_a_bound_is(ruritania, direction, end):
    series = ask(ruritania, "audiences@by_year")
    one = judge(replace(series, definition=series.definition.model_copy(update={"direction": direction})))
    assert sentence(["Friction"], [State("at its ceiling", (one,), one)]) == f"friction at its ceiling{end}"
