"""`relations serve`: where it stands and under which names, by its options and by config.yaml."""

import pytest

from dashboard.cli import main
from dashboard.commands import serve


@pytest.fixture
def started(monkeypatch):
    """Serve as a person types it; the exit code, and a client of the application instead of a server."""

    def start(folder, *words):
        apps = []
        monkeypatch.setattr(serve, "_served", lambda app, *_: apps.append(app) or 0)
        return main(["--project", str(folder), "serve", *words]), *(app.server.test_client() for app in apps)

    return start


def configured(folder):
    with (folder / "config.yaml").open("a") as config:
        config.write("server: {prefix: /here, names: [one.example]}\n")
    return folder


def test_options_come_before_the_configuration_and_names_add_up(copy, started):
    for words, prefix in (((), "/here"), (("--prefix", "/there"), "/there"), (("--prefix", ""), "")):
        code, client = started(configured(copy) if not words else copy, "--name", "Two.example", *words)
        assert code == 0
        assert f'href="{prefix}/assets/style.css' in client.get(f"{prefix}/").text
        hosts = ("one.example", "two.example", "three.example")
        assert [client.get("/version", headers={"Host": host}).status_code for host in hosts] == [200, 200, 421]


@pytest.mark.parametrize("prefix", ["relations", "/relations/", "/table"])
def test_a_prefix_that_is_not_possible_is_wrong_use(copy, started, capsys, prefix):
    assert started(copy, "--prefix", prefix) == (2,)
    assert f"relations serve: '{prefix}' " in capsys.readouterr().err
