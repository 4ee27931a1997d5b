"""Pictures and charts at addresses for the pages of others: who may show them, and what is answered where there is none."""

import re
import threading

import pytest

from dashboard.app import create_app, embedding
from dashboard.charts.picture import picture_of
from dashboard.charts.view import parse_view
from dashboard.export.output import package_missing
from dashboard.live import Live
from indicators.problems import ProblemsFound
from indicators.reading.project import open_project

SITE = "https://intranet.example"
SHOWN = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}


@pytest.fixture
def known(copy):
    """A server whose project names a site."""
    with (copy / "config.yaml").open("a") as config:
        config.write(f"server: {{frames: {SITE}}}\n")
    return create_app(Live(copy).current).server.test_client()


@pytest.fixture
def drawings(monkeypatch):
    """What was drawn, without a browser."""
    drawn = []
    monkeypatch.setattr(embedding, "drawn", lambda job, form: drawn.append((job.picture.view.text, form)) or form.encode())
    return drawn


def test_a_picture_is_drawn_once_until_the_numbers_change(client, drawings):
    answers = [client.get(f"/picture/duels.{form}?from=1894") for form in ("png", "svg", "png", "svg")]
    assert [one.status_code for one in answers] == [200] * 4
    assert [(one.mimetype, one.data) for one in answers] == [("image/png", b"png"), ("image/svg+xml", b"svg")] * 2
    assert drawings == [("duels?from=1894", "png"), ("duels?from=1894", "svg")]
    assert client.get("/picture/audiences@by_year.svg").status_code == 200
    assert drawings[-1] == ("audiences?variant=by_year", "svg")


def test_that_a_picture_exists_is_answered_without_drawing_it(client, drawings):
    assert [client.head(f"/picture/{name}.png").status_code for name in ("duels", "balls_on_ice")] == [200, 404]
    assert drawings == []


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/picture/dules.png", 404, "did you mean 'duels'"),
        ("/embed/dules", 404, "did you mean 'duels'"),
        ("/embed/duels@nightly", 404, "nightly"),
        ("/picture/duels.svg?frm=1894", 400, "did you mean 'from'"),
        ("/embed/duels?from=1894&from=1895", 400, "leave one of them out"),
        ("/picture/duels", 404, "ends in .png or .svg"),
        ("/picture/duels.gif", 404, "ends in .png or .svg"),
    ],
)
def test_what_does_not_exist_is_answered_in_words(client, drawings, address, status, words):
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (status, "text/plain")
    assert words in answer.text
    assert drawings == []


def test_a_server_without_the_export_extra_says_so(client, monkeypatch):
    def cannot(job, form):
        raise package_missing("playwright", "drawing")

    monkeypatch.setattr(embedding, "drawn", cannot)
    answer = client.get("/picture/duels.png")
    assert (answer.status_code, answer.mimetype) == (501, "text/plain")
    assert "pip install '.[export]'" in answer.text


def test_few_pictures_are_drawn_at_a_time_and_pages_do_not_wait_for_them(live, monkeypatch):
    client, begun, end = create_app(live.current).server.test_client(), threading.Semaphore(0), threading.Event()
    monkeypatch.setattr(embedding, "drawn", lambda job, form: (begun.release(), end.wait(), b"x")[-1])
    years = range(1893, 1893 + embedding.MOST_DRAWING)
    drawing = [threading.Thread(target=live_client(client).get, args=(f"/picture/duels.png?from={year}",)) for year in years]
    for one in drawing:
        one.start()
        assert begun.acquire(timeout=60)
    answer = client.get("/picture/duels.png")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert client.get("/embed/duels").status_code == 200
    end.set()
    for one in drawing:
        one.join()
    assert client.get("/picture/duels.png").status_code == 200


def live_client(client):
    """Another client of the same server: one is for one thread."""
    return client.application.test_client()


def ancestors(answer):
    return re.search(r"frame-ancestors ([^;]*)", answer.headers["Content-Security-Policy"])[1]


def test_only_the_chart_for_frames_is_shown_in_frames_and_only_by_sites_that_are_named(client, known):
    addresses = ("/embed/duels", "/embed/nothing", "/indicator/duels", "/", "/version")
    assert {ancestors(client.get(address)) for address in addresses} == {"'none'"}
    assert [ancestors(known.get(address)) for address in addresses] == [SITE, SITE, "'none'", "'none'", "'none'"]


@pytest.mark.parametrize(
    ("page", "status"),
    [(f"{SITE}/wiki", 200), (f"{SITE}/", 200), ("http://intranet.example/", 403), ("https://evil.example/", 403), ("", 403)],
)
def test_only_pages_of_sites_that_are_named_show_pictures(known, client, drawings, page, status):
    headers = SHOWN | ({"Referer": page} if page else {})
    answer = known.get("/picture/duels.png", headers=headers)
    assert answer.status_code == status
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get("/picture/duels.png", headers=headers).status_code == 403
    assert known.get("/drawn?view=duels", headers=headers).status_code == 403
    assert known.post("/picture/duels.png", headers=headers).status_code == 403


def test_the_page_for_a_frame_names_its_chart_in_words_and_stays_under_the_prefix(live):
    text = create_app(live.current, prefix="/relations").server.test_client().get("/embed/duels?from=1894").text
    picture = picture_of(live.current().results, parse_view("duels?from=1894"))
    assert f"<title>{picture.title} – " in text
    addresses = re.findall(r'(?:src|href|data-drawn|data-version)="([^"]*)"', text)
    assert len(addresses) == 6
    assert [one for one in addresses if not one.startswith("/relations/")] == []
    assert "/relations/indicator/duels?from=1894" in addresses


def test_a_frame_says_that_its_numbers_are_the_last_good_ones(copy):
    live = Live(copy)
    client = create_app(live.current).server.test_client()
    assert "last good" not in client.get("/embed/duels").text
    (copy / "config.yaml").write_text((copy / "config.yaml").read_text() + "colour: red\n")
    live.reload()
    assert "last good" in client.get("/embed/duels").text


@pytest.mark.parametrize("site", ["intranet.example/wiki", "'self'", "*", "https://a.example; script-src *", "javascript:x"])
def test_what_is_no_site_is_refused(copy, site):
    with (copy / "config.yaml").open("a") as config:
        config.write(f'server: {{frames: ["{site}"]}}\n')
    with pytest.raises(ProblemsFound) as refused:
        open_project(copy)
    assert [(p.place.file, p.message) for p in refused.value.problems] == [("config.yaml", f"{site!r} is not a site")]
