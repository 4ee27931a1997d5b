"""The method page: every definition, operation, coverage level, table and source, each with an anchor; text stays text."""

import re
from itertools import pairwise

import pytest
from dash import html

from dashboard.app import create_app, page
from dashboard.commands.help import explained
from dashboard.live import Live
from dashboard.pages import Screen
from dashboard.pages.method import content
from dashboard.pages.nodes import anchor_of, inline, parts_of, plain, taken_apart
from dashboard.pages.still import elements, text_of
from dashboard.words.definitions import variant_words
from indicators.compute.pipeline import results
from indicators.operations.registry import OPERATIONS
from indicators.operations.where import CONDITIONS
from indicators.problems import codes
from indicators.reading.project import open_project
from tests.builders import appended, edited, mended, opened


@pytest.fixture(scope="module")
def nodes(made):
    return plain(content(made))


def walked(nodes):
    """All elements, as (name, attributes, text)."""
    for one in elements(nodes):
        name, named, inside = taken_apart(one)
        yield name, named, text_of(inside)


def by_id(nodes, name):
    """The text of the element with an id."""
    (found,) = [text for _, named, text in walked(nodes) if named.get("id") == name]
    return found


def row_of(nodes, name):
    """Class and label of each cell of a row of a strip."""
    (row,) = [part for part in elements(nodes) if part[0] == "tr" and part[1:2] and isinstance(part[1], dict) and part[1].get("id") == name]
    return [(cell[1]["class"], cell[1]["aria-label"], cell[2]) for cell in row[3:]]


def test_every_definition_and_variant_has_its_anchor(nodes, made):
    names = [one.name for d in made.definitions.values() for one in (d, *d.variants.values())]
    ids = [named["id"] for _, named, _ in walked(nodes) if "id" in named]
    assert set(names) <= set(ids)
    assert len(ids) == len(set(ids))


def test_every_way_within_the_page_leads_somewhere(nodes):
    ids = {named["id"] for _, named, _ in walked(nodes) if "id" in named}
    ways = {named["href"] for name, named, _ in walked(nodes) if name == "a" and named["href"].startswith("#")}
    assert len(ways) > 50
    assert {way for way in ways if way.removeprefix("#") not in ids} == set()


def test_headings_leave_no_step_out(nodes):
    steps = [int(name[1]) for name, _, _ in walked(nodes) if re.fullmatch(r"h[1-6]", name)]
    assert steps[0] == 1
    assert steps.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(steps))


def test_a_definition_tells_rule_place_and_ways(nodes):
    said = by_id(nodes, "slights")
    assert "Acts by which one side means to offend the other, and does." in said
    assert "kind is slight" in said
    assert "categories slights by ruritania, slights by graustark" in said
    assert "by initiator (coverage: Ruritania, category slights by ruritania; Graustark, category slights by graustark)" in said
    assert re.search(r"defined in indicators/definitions/court\.yaml:\d+", said)
    ways = {named["href"] for part in elements(nodes) if part[1:2] == [{"class": "entry", "id": "slights"}] for _, named, _ in links(part)}
    assert ways == {
        "/indicator/slights",
        "#table-envoys",
        "#reduce-count",
        "#coverage-envoys-slights_by_ruritania",
        "#coverage-envoys-slights_by_graustark",
    }


def links(part):
    return [found for found in walked([part]) if found[0] == "a"]


def test_a_combination_leads_to_its_parts(nodes):
    (part,) = [p for p in elements(nodes) if p[1:2] == [{"class": "entry", "id": "contacts"}]]
    assert [named["href"] for _, named, _ in links(part)] == ["/indicator/contacts", "#combine-sum", "#audiences@by_year", "#waltzes"]


def test_a_variant_lists_what_it_changes_and_nothing_else(nodes, made):
    waltzes = made.definitions["waltzes"]
    assert variant_words(waltzes.variants["with_opera"], waltzes, made.config, made.tables) == [
        ("What counts", "Only those at which the opera was talked about, which the dance cards do not say."),
        ("Rows", "kind is waltz; topic is opera"),
    ]
    travel = made.definitions["ruritanians_in_graustark"]
    assert variant_words(travel.variants["without_breaks"], travel, made.config, made.tables)[1:] == [("Breaks", "none")]
    assert "Waltzes" not in by_id(nodes, "waltzes@with_opera")


def test_every_operation_and_condition_is_explained(nodes):
    for stage, known in OPERATIONS.items():
        for name in known:
            assert ">>>" in by_id(nodes, f"{stage}-{name}"), name
    terms = {text for name, _, text in walked(nodes) if name == "dt"}
    assert set(CONDITIONS) <= terms
    assert "Used by Guns heard at the border, Ruritanians in Graustark." in by_id(nodes, "reduce-median")
    assert "Not used by this project." in by_id(nodes, "transform-rebase")


def test_operations_in_use_come_first(nodes):
    order = [named["id"] for _, named, _ in walked(nodes) if named.get("id", "").startswith("transform-")]
    assert order[:2] == ["transform-rolling_sum", "transform-year_on_year"]


def test_a_strip_tells_each_level_by_letter_word_and_look(nodes):
    assert row_of(nodes, "coverage-envoys-slights_by_graustark") == [
        ("none", "not collected", "–"),
        ("partial", "partly collected", "P"),
        ("complete", "collected in full", "C"),
        ("near_complete", "collected nearly in full", "N"),
    ]


def test_the_spans_behind_a_strip_are_read_without_pointing(nodes):
    said = by_id(nodes, "spans-envoys-waltzes")
    assert "(kind is waltz): 1 span" in said
    assert "1893-01-01" in said
    assert "the dance cards, which do not say what was talked about" in said
    assert "office, topic, summary, source_id, recorded_on" in said  # what the grade does not hold for
    assert "Chancery of Zenda: The Court Diary" in said
    assert "annual" in by_id(nodes, "spans-envoys-slights_by_ruritania")


def test_a_table_tells_its_size_reach_and_columns(nodes):
    (said,) = [text for name, named, text in walked(nodes) if name == "article" and text.startswith("Cannonades")]
    assert "Rows10" in said
    assert "Dates1895 to 30 December 1895" in said
    assert "CreditThe border guard" in said
    assert "How the guard counted. One of: exact, at_least, several." in said


def test_sources_are_sorted_by_what_rests_on_them(nodes):
    (box,) = [part for part in elements(nodes) if part[:2] == ["div", {"class": "sources"}]]
    rows = [[text_of([cell]) for cell in part[1:]] for part in elements([box]) if part[0] == "tr"]
    assert rows[0] == ["rows", "source", "licence", "accessed"]
    assert rows[2] == ["4036 travellers, 2 bans, 2 annotations", "The gate keepers: Gate and toll books", "", ""]
    assert [row[0][:2] for row in rows[1:]] == ["47", "40", "18", "12", "11"]


def test_only_addresses_of_the_web_are_links(copy):
    appended(copy, "data/sources.csv", "hearsay,Nobody,What is said,javascript:alert(1)")
    found = plain(content(results(opened(copy))))
    ways = {named["href"] for name, named, _ in walked(found) if name == "a"}
    assert not [way for way in ways if not way.startswith(("#", "/indicator/", "/table/", "https://", "http://"))]
    assert any(text == "What is said" for name, _, text in walked(found) if name == "span")


def test_corrections_are_in_groups(copy):
    found = plain(content(results(open_project(mended(copy)))))
    said = " ".join(text for name, _, text in walked(found) if name == "section")
    assert "5 cells of the tables were corrected, for 3 reasons." in said
    assert "3topicthe opera was meant" in said
    assert "2 corrections of a single cell" in by_id(found, "single-corrections")


def test_a_project_without_corrections_and_codebook_says_so(nodes):
    assert any("has neither a table of corrections nor a codebook" in text for name, _, text in walked(nodes) if name == "p")


def test_the_codebook_is_shown_as_text(copy):
    lines = "# Rules of the diary\nopening\n## Oddities\n- *one* `two`\n### Deeper\n<script>alert(1)</script>\n## Reliability\nnone\n"
    (copy / "data/codebook.md").write_text(lines)
    appended(copy, "config.yaml", "codebook: data/codebook.md")
    found = plain(content(results(opened(copy))))
    headings = [(name, text) for name, _, text in walked(found) if name in ("h3", "h4", "h5")]
    first = headings.index(("h3", "Rules of the diary"))
    assert headings[first : first + 4] == [("h3", "Rules of the diary"), ("h4", "Oddities"), ("h5", "Deeper"), ("h4", "Reliability")]
    assert ["p", "<script>alert(1)</script>"] in list(elements(found))
    assert "script" not in {name for name, _, _ in walked(found)}


def test_hostile_text_stays_text(copy):
    edited(copy, "data/sources.csv", "Raised glasses", "<img src=x onerror=alert(1)>")
    found = plain(content(results(opened(copy))))
    assert "img" not in {name for name, _, _ in walked(found)}
    assert any(text == "<img src=x onerror=alert(1)>" for name, _, text in walked(found) if name == "a")


def test_an_attribute_that_is_not_provided_for_is_refused():
    with pytest.raises(ValueError, match="no attribute 'n_clicks'"):
        plain(html.P("a", n_clicks=1))
    assert plain(html.A("a", href="https://a.example", target="_blank")) == ["a", {"href": "https://a.example"}, "a"]


def test_the_page_is_made_once_for_the_same_results_and_again_after_an_edit(copy):
    live = Live(copy)
    now = live.current()
    first = str(page(now, "/method", "", Screen()))
    assert "method-content" in first
    assert page(now, "/method", "", Screen("dark", 700)).children[2].data is now.figures["method"][0]
    edited(copy, "indicators/definitions/court.yaml", "    title: Slights\n", "    title: Insults\n")
    live.reload()
    assert "Insults" in by_id(plain(content(live.current().results)), "slights")
    assert "method" not in live.current().figures


def test_a_faulty_table_takes_only_its_own_parts_away(copy):
    edited(copy, "data/sources.csv", "source_id,producer,title,url", "source_id,producer,titel,url")
    found = plain(content(Live(copy).current().results))
    assert any("has no table of sources" in text for name, _, text in walked(found) if name == "p")


def written(text):
    return plain([block for part in parts_of(text) for block in part.blocks])


def test_lists_may_lie_in_lists():
    assert written("- one\n  still one\n  - deeper\n- two") == [["ul", ["li", "one still one", ["ul", ["li", "deeper"]]], ["li", "two"]]]


def test_a_table_of_a_codebook_becomes_a_table():
    (box,) = written("| a | b |\n| --- | --- |\n| `x` | |")
    assert box[2] == ["table", ["thead", ["tr", ["th", {"scope": "col"}, "a"], ["th", {"scope": "col"}, "b"]]], ["tbody", LAST]]


LAST = ["tr", ["td", ["span", ["code", "x"]]], ["td", ""]]


def test_code_is_left_alone():
    assert written("```\n# not a heading\n- no item\n```") == [["pre", ["code", "# not a heading\n- no item"]]]


def test_emphasis_needs_its_marks_and_links_the_web():
    assert plain(inline("**a** _b_2013_16 2 * 3 * 4")) == [["strong", "a"], " _b_2013_16 2 * 3 * 4"]
    assert plain(inline("[a](https://a.example)")) == [["a", {"href": "https://a.example"}, "a"]]
    assert plain(inline("<https://a.example/b>")) == [["a", {"href": "https://a.example/b"}, "https://a.example/b"]]
    assert plain(inline("[b](javascript:void)")) == ["[b](javascript:void)"]
    assert plain(inline("[*b*](//b.example) [c](c.md)")) == [["span", ["em", "b"]], " ", ["span", "c"]]


def test_an_image_is_its_words_and_html_is_text():
    assert written('![a *map*](https://a.example/x.png "t")') == [["p", "a *map*"]]
    assert written("a <b onclick=x>c</b> &lt;\n\n<img src=x onerror=alert(1)>") == [
        ["p", "a <b onclick=x>c</b> <"],
        ["p", "<img src=x onerror=alert(1)>"],
    ]
    assert written("[a]: javascript:x\n\n[a] <javascript:x>") == [["p", "[a]: javascript:x"], ["p", "[a] <javascript:x>"]]


def test_a_heading_inside_of_something_is_a_line():
    assert written("> # a\n> b") == [["blockquote", ["p", ["strong", "a"]], ["p", "b"]]]


@pytest.mark.parametrize("text", ["> " * 3000 + "a", "- " * 3000 + "a", "*a **b " * 3000 + "c** d*" * 3000, "[" * 9000, "`" * 9999 + "a"])
def test_depth_without_end_ends(text):
    assert str(written(text)).count("[") < 20_000


ODD = ["", "|", "|---|", "| a |\n|---|", "```", "-", "#", "####### x", "- \n- a", "1. a\n2) b", "[a](b", "**", "* *", "  - a\n- b"]


@pytest.mark.parametrize("text", ODD)
def test_no_text_stops_the_reader(text):
    assert isinstance(written(text), list)


# ---- problems ----


def test_every_code_is_explained_behind_a_line_with_an_address(nodes):
    """The words are those of relations help; the line gives code and meaning, and nothing is open before it is asked for."""
    parts = {p[1]["id"]: p for p in elements(nodes) if p[0] == "details" and p[1:2] and isinstance(p[1], dict) and "id" in p[1]}
    for name, code in codes().items():
        summary, *rest = parts[anchor_of(name)][2:]
        assert text_of([summary]) == f"{name} ({code.level}): {code.means}"
        shown = [code.fix]
        for case, example in code.examples.items():
            bad, good = example.shown
            shown += [*([code.heading(case)] if case else []), f"Bad ({example.where}):", bad, "Good:", good]
            assert all(line.strip() in explained(name) for line in (*bad.splitlines(), *good.splitlines())), name
        assert [text_of([one]) for one in rest] == shown, name


def test_a_problem_on_a_page_leads_to_its_code(copy):
    live = Live(copy)
    ids = {named["id"] for _, named, _ in walked(plain(content(live.current().results))) if "id" in named}
    edited(copy, "indicators/definitions/court.yaml", "    unit: duels", "    untit: duels")
    live.reload()
    (banner,) = [part for part in create_app(live.current).layout().children if getattr(part, "id", "") == "banner"]
    shown = [banner, page(live.current(), "/indicator/audienses", "", Screen())]
    ways = set(re.findall(r"#(code-[a-z0-9-]+)", str(shown)))
    assert ways == {"code-unknown-key", "code-unknown-indicator"}
    assert ways <= ids
