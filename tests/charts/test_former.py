"""A picture under a former name has the code that it had; whether an older one still holds does not depend on names."""

import pytest

from dashboard.charts.former import as_called, former_in
from dashboard.charts.picture import picture_of
from dashboard.charts.view import parse_view
from dashboard.export.embed import record_of
from dashboard.export.verify import verify
from indicators.compute.pipeline import results
from tests.builders import DEFINITIONS, edited, opened

COURT = f"{DEFINITIONS}/court.yaml"
VIEWS = ["duels?from=1893", "warmth", "waltzes?variant=with_opera&with=duels", "waltzes?breakdown=topic", "contacts"]


@pytest.fixture
def renamed(copy):
    """The project with an indicator that another combines, one with a variant, and that variant under new names."""
    edited(copy, COURT, "  duels:\n", "  dawns:\n    formerly: [duels]\n")
    edited(copy, COURT, "  waltzes:\n", "  dances:\n    formerly: waltzes\n")
    edited(copy, COURT, "      with_opera:\n", "      at_opera:\n        formerly: with_opera\n")
    return copy


@pytest.mark.parametrize("text", VIEWS)
def test_an_older_picture_holds_under_the_new_name(made, renamed, text):
    record = record_of(made, picture_of(made, parse_view(text)))
    now = results(opened(renamed))
    assert opened(renamed).problems == ()
    verdict = verify(now, record)
    assert verdict.same is True
    assert any(reason.startswith("renamed from ") for reason in verdict.reasons)
    picture = picture_of(now, parse_view(text))
    assert picture.code != record["fingerprint"]
    assert as_called(picture, former_in(record, now.formerly)).code == record["fingerprint"]


def test_an_older_picture_whose_numbers_changed_too_says_both(made, renamed):
    record = record_of(made, picture_of(made, parse_view("duels")))
    edited(renamed, COURT, "    where: {kind: duel}", "    where: {kind: [duel, meeting]}")
    verdict = verify(results(opened(renamed)), record)
    assert verdict.same is False
    assert "renamed from duels to dawns" in verdict.reasons
    assert any("the definition of duels changed: where.kind" in reason for reason in verdict.reasons)


def test_notes_for_a_former_name_are_notes_of_the_indicator(renamed):
    edited(renamed, "data/annotations.csv", "in six months.,guns,", "in six months.,waltzes;duels,")
    project = opened(renamed)
    assert project.problems == ()
    note = next(one for one in results(project).annotations if one.label == "Year of the cannon")
    assert note.scopes == ("dances", "dawns")


def test_the_overview_and_headlines_find_a_former_name(renamed):
    edited(renamed, "config.yaml", "headline: [audiences, slights]", "headline: [duels, slights]")
    assert opened(renamed).config.headline == ("dawns", "slights")
