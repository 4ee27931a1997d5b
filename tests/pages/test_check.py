"""What the page Check sends for what is typed from a screenshot: a line for each step, and the verdict."""

import json

import pytest

from dashboard.app import create_app
from dashboard.charts.picture import picture_of
from dashboard.charts.view import parse_view
from dashboard.live import Live
from dashboard.pages.check import LONGEST_QUESTION, MOST_SEARCHES
from tests.builders import git
from tests.charts.test_record import one_more_audience

ASKED = {"view": "audiences", "code": "RH-0000-0000"}


@pytest.fixture
def asked(committed):
    """A server of a project with two states, and the code of the first."""
    first = Live(committed).current().results
    code = picture_of(first, parse_view("audiences")).code
    one_more_audience(committed)
    git(committed, "commit", "--quiet", "--all", "-m", "A joke.")
    return create_app(Live(committed).current).server.test_client(), code


def test_every_line_is_a_step_and_the_last_is_the_verdict(asked):
    client, code = asked
    answer = client.post("/looked-up", json={"view": "/audiences", "code": code.lower()})
    *steps, verdict = map(json.loads, answer.text.splitlines())
    assert answer.headers["Cache-Control"] == "no-store"
    assert steps[0] == {"done": 0, "of": 2, "what": "revisions"}
    assert verdict["same"] is False
    assert verdict["said"][0].startswith("changed: revision ")
    assert any("with envoys:e-38" in words for words in verdict["said"])


def test_a_browser_that_no_longer_listens_ends_the_search_and_makes_room(asked):
    client, _ = asked
    searches = [client.post("/looked-up", json=ASKED, buffered=False) for _ in range(MOST_SEARCHES)]
    for search in searches:
        assert b"revisions" in next(search.response)
    [refused] = client.post("/looked-up", json=ASKED).text.splitlines()
    assert json.loads(refused) == {"same": None, "said": ["other searches are running; try again in a minute"]}
    for search in searches:
        search.close()
    assert "not found" in client.post("/looked-up", json=ASKED).text.splitlines()[-1]


@pytest.mark.parametrize(
    "sent", [b"", b"{", b"[]", b'{"view": "audiences"}', b'{"view": 1, "code": null}', b'"' + b"x" * (LONGEST_QUESTION - 2) + b'"']
)
def test_what_makes_no_sense_is_answered_in_words(client, sent):
    answer = client.post("/looked-up", data=sent)
    assert answer.status_code == 400
    assert answer.get_json()["said"][0].startswith("the request cannot be read: ")
