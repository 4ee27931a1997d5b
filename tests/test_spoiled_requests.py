"""Spoiled requests are answered in words, or refused; never with a failure, and never with what is not of the project."""

from dashboard.app import create_app
from dashboard.live import Live
from tests.requests import faults_of


def test_no_spoiled_request_is_more_than_refused(copy, caplog):
    (copy.parent / "secret.yaml").write_text("the password: swordfish\n")
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    app = create_app(Live(copy).current)
    client = app.server.test_client()
    client.get("/_dash-dependencies")
    callbacks = {name: one for name, one in app.callback_map.items() if "callback" in one}
    assert list(faults_of(client, range(400), callbacks, lambda: caplog.text)) == []
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before
