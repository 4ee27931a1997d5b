"""The application for a WSGI server: settings, health, and workers that never show less than what another has shown."""

import json
import time

import pytest
from werkzeug.test import Client

from dashboard import wsgi
from dashboard.live import Live
from dashboard.wsgi import Office
from tests.builders import edited


def client_of(root, **settings):
    """A client of a worker; the names of settings without RELATIONS_."""
    return Client(Office({"RELATIONS_PROJECT": str(root)} | {f"RELATIONS_{name.upper()}": value for name, value in settings.items()}))


def health(client, path="/health", **headers):
    answer = client.get(path, **headers)
    return answer.status_code, answer.get_json()


def until(said):
    """Wait until something is said."""
    while not (answer := said()):
        time.sleep(0.02)
    return answer


def test_settings_come_from_variables_and_from_the_configuration(copy):
    with (copy / "config.yaml").open("a") as config:
        config.write("server: {prefix: /here, names: [one.example]}\n")
    client = client_of(copy, names="two.example, Three.example")
    hosts = ("one.example", "two.example", "three.example", "localhost", "four.example")
    assert [client.get("/version", headers={"Host": host}).status_code for host in hosts] == [200, 200, 200, 200, 421]
    assert 'href="/here/assets/style.css' in client.get("/here/").text
    assert 'href="/there/assets/style.css' in client_of(copy, prefix="/there").get("/there/").text


def test_health_is_answered_at_once_and_under_any_name(copy):
    client = client_of(copy)
    assert health(client) == (503, {"state": "starting", "problems": 0})
    status, said = until(lambda: health(client) if health(client)[0] == 200 else None)
    assert (status, said["state"], said["problems"]) == (200, "good", 0)
    assert health(client, headers={"Host": "10.0.0.7:8000"})[0] == 200
    assert client.get("/version", headers={"Host": "10.0.0.7:8000"}).status_code == 421


def test_health_names_the_state_of_the_project(copy):
    client = client_of(copy)
    client.get("/")
    edited(copy, "config.yaml", "title: Ruritania and Graustark", "titel: Ruritania and Graustark")
    client.get("/")
    status, said = health(client)
    assert (status, said["state"]) == (200, "last good")
    assert said["problems"] > 0
    assert said["since"]


def test_a_project_that_cannot_be_read_is_unavailable_until_it_can(copy, monkeypatch, caplog):
    monkeypatch.setattr(wsgi, "AGAIN", 0)
    whole = (copy / "config.yaml").read_text()
    (copy / "config.yaml").write_text("title: [\n")
    client = client_of(copy, prefix="/relations")
    answers = [client.get(path) for path in ("/relations/", "/", "/assets/live.js")]
    assert [(one.status_code, "relations check" in one.text) for one in answers] == [(503, True)] * 3
    assert "config.yaml:" in caplog.text
    assert len(caplog.records) == 1  # the same problems are logged once
    assert until(lambda: health(client, "/relations/health")[1]["state"] == "unreadable")
    (copy / "config.yaml").write_text(whole)
    assert client.get("/relations/").status_code == 200
    assert health(client, "/relations/health")[1]["state"] == "good"


def test_a_prefix_that_is_none_is_reported_in_the_log(copy, caplog):
    assert client_of(copy, prefix="relations/").get("/").status_code == 503
    assert "'relations/' is not a prefix" in caplog.text


def test_a_worker_reads_an_edit_before_it_answers(copy, monkeypatch):
    """Another may have shown it already: the watch of this one need not have seen it."""
    monkeypatch.setattr(Live, "watch", lambda live: lambda: None)
    client = client_of(copy)
    assert "Ruritania and Graustark" in client.get("/_dash-layout").text
    edited(copy, "config.yaml", "title: Ruritania and Graustark", "title: Two kingdoms")
    assert client.get("/indicator/duels").status_code == 200
    assert "Two kingdoms" in client.get("/_dash-layout").text


def test_workers_call_the_same_state_by_the_same_name(copy):
    one, other = Live(copy), Live(copy)
    assert one.current().shown == other.current().shown
    edited(copy, "config.yaml", "title: Ruritania and Graustark", "title: Two kingdoms")
    assert one.caught_up().shown != other.current().shown
    assert one.current().shown == other.caught_up().shown
    edited(copy, "config.yaml", "title: Two kingdoms", "titel: Two kingdoms")
    assert one.caught_up().stale
    assert one.current().shown == other.caught_up().shown


def test_a_file_that_did_not_change_is_not_read_again(copy, monkeypatch):
    live = Live(copy)
    live.caught_up()
    monkeypatch.setattr(live, "_reread", lambda: pytest.fail("nothing has changed"))
    assert live.caught_up() is live.current()


def test_a_body_without_a_length_is_refused(copy):
    """A WSGI server passes such a body on, however long it is."""
    client = client_of(copy)
    answer = client.post("/saved", headers={"Transfer-Encoding": "chunked"}, environ_overrides={"wsgi.input_terminated": True})
    assert (answer.status_code, json.loads(answer.text)["said"]) == (411, ["say how long the body is (Content-Length)"])
