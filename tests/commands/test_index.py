"""The commands about a composite as a person types them, in the invented country; a recipe of one's own and its mistakes."""

import csv
import io
import json

import pytest

from tests.builders import edited, line_of
from tests.commands.test_commands import run
from tests.reading.test_composites import FILE, MOOD, VARIANT, mood

UNCERTAIN = ("    parts:\n", "    uncertainty: {draws: 200, seed: 18960520}\n    parts:\n")


def test_index_shows_the_newest_value_with_its_parts_and_all_periods(capsys, copy):
    mood(copy, *UNCERTAIN)
    code, out, err = run(capsys, "index", folder=copy)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("Mood of the court: 31, 50 a year earlier.")
    assert lines[1].startswith("In 90 % of the recipes on its scale (200 were drawn) it is between ")
    assert any("higher  real change  observed" in line for line in lines)
    approval = next(line.split() for line in lines if line.startswith("Approval"))
    assert [cell for cell in approval if cell in ("25", "50", "28")] == ["25", "50", "28"]
    assert [line.split()[:2] for line in lines if line.startswith("189")][:3] == [["1893", "100.00"], ["1894", "50.00"], ["1895", "30.67"]]


def test_index_as_records(capsys, copy):
    mood(copy, *UNCERTAIN)
    _, out, _ = run(capsys, "index", "mood", "--format", "csv", folder=copy)
    rows = {row["period"]: row for row in csv.DictReader(io.StringIO(out))}
    assert (rows["1894"]["value"], rows["1894"]["recipe"], rows["1894"]["parts"], rows["1894"]["of"]) == ("50.0", "published", "1", "3")
    assert float(rows["1895"]["low"]) <= float(rows["1895"]["value"]) <= float(rows["1895"]["high"])
    # Four audiences of four, then two: a real change. What came in 1895 is none, and of 1896 nothing counts: no number at all, and no 0.
    assert (rows["1893"]["real_change"], rows["1894"]["real_change"], rows["1895"]["real_change"]) == ("", "-50.0", "")
    assert {rows["1896"][key] for key in ("value", "low", "real_change", "observed", "parts")} == {""}
    assert rows["1896"]["status"] == "M"
    code, out, _ = run(capsys, "index", "mood", "--period", "1895", "--draws", "100", "--format", "json", folder=copy)
    made = json.loads(out)
    assert (code, made["draws"], [one["period"] for one in made["periods"]]) == (0, 100, ["1895"])
    assert {one["indicator"]: one["counts_for"] for one in made["parts"]} == {"audiences@by_year": 0, "approval": 0.5, "slights": 0.5}
    assert sum(one["score"] * one["counts_for"] for one in made["parts"] if one["score"]) == pytest.approx(made["periods"][0]["value"])


def test_moved_splits_the_change_of_two_periods(capsys, copy):
    mood(copy)
    code, out, err = run(capsys, "moved", "1893", "1894", folder=copy)
    assert (code, err) == (0, "")
    assert ": −50.0 (score 100, then 50)" in out
    assert "left: envoys:" in out
    _, out, _ = run(capsys, "moved", "1894", "1895", "mood", "--format", "json", folder=copy)
    made = json.loads(out)
    assert (made["from"], made["to"], made["real"]) == ("1894", "1895", 0)
    assert made["composition"] == pytest.approx(made["total"])
    assert sum(one["real"] + one["composition"] for one in made["bars"]) == pytest.approx(made["after"] - made["before"], abs=1e-9)
    _, out, _ = run(capsys, "moved", "1894", "1895", "--format", "csv", folder=copy)
    assert {row["part"]: row["before"] for row in csv.DictReader(io.StringIO(out))} == {
        "audiences@by_year": "50.0",
        "approval": "",
        "slights": "",
    }


def test_where_there_is_no_index_no_change_is_given(capsys, copy):
    mood(copy)
    _, out, _ = run(capsys, "moved", "1895", "1896", folder=copy)
    assert "no change can be given, for there is no value in 1896" in out
    assert "change   " not in out
    _, out, _ = run(capsys, "moved", "1895", "1896", "--format", "json", folder=copy)
    made = json.loads(out)
    assert (made["total"], made["real"], made["bars"]) == (None, None, [])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("index", "mood", "--period", "1790"), "unknown-period"),
        (("index", "mood@merry"), "unknown-variant"),
        (("index", "audiences"), "unknown-indicator"),
        (("index", "mood?transform=change"), "wrong-value"),
        (("moved", "1894", "1895-05"), "wrong-value"),
        (("moved", "1895", "1894"), "wrong-value"),
    ],
)
def test_what_cannot_be_shown_is_refused(capsys, copy, words, code):
    mood(copy)
    exit_code, out, err = run(capsys, *words, folder=copy)
    assert (exit_code, out) == (1, "")
    assert f"error[{code}]" in err


@pytest.mark.parametrize("draws", ["99", "100001", "many", "-5", "1e3"])
def test_too_few_or_too_many_recipes_are_wrong_use(capsys, copy, draws):
    with pytest.raises(SystemExit) as stopped:
        run(capsys, "index", "--draws", draws, folder=copy)
    assert stopped.value.code == 2


def test_a_recipe_of_ones_own_is_marked_and_changes_nothing(capsys, copy, tmp_path):
    """Without approval and with all weight on slights, 1895 is the score of two slights of three."""
    mood(copy)
    (tmp_path / "own.yaml").write_text("parts: {approval: null, audiences@by_year: null}\n", encoding="utf-8")
    for words in (("index",), ("moved", "1895", "1895")):
        code, out, _ = run(capsys, *words, "--recipe", str(tmp_path / "own.yaml"), folder=copy)
        assert code == 0
        assert out.splitlines()[0].startswith("Mood of the court – not the published recipe: 33")
    _, out, _ = run(capsys, "index", "--recipe", str(tmp_path / "own.yaml"), "--format", "csv", folder=copy)
    assert {row["recipe"] for row in csv.DictReader(io.StringIO(out))} == {"not the published recipe"}
    assert (copy / FILE).read_text() == MOOD
    assert run(capsys, "index", folder=copy)[1].startswith("Mood of the court: 31")


def test_the_mistakes_of_a_recipe_are_all_reported_at_their_lines(capsys, copy, tmp_path):
    mood(copy)
    recipe = tmp_path / "own.yaml"
    recipe.write_text(
        "titel: Merry\naggregate: arithmetic_men\nparts:\n  aproval: null\n"
        "  slights: {weight: 2, normalise: {goalposts: {low: 3, high: 0}}}\n",
        encoding="utf-8",
    )
    code, out, err = run(capsys, "index", "--recipe", str(recipe), folder=copy)
    assert (code, out) == (1, "")
    found = {tuple(line.removeprefix(f"{recipe}:").split(": error")) for line in err.splitlines() if "error[" in line}
    assert {(line, code.partition("]")[0]) for line, code in found} == {
        ("1", "[unknown-key"),
        ("2", "[unknown-aggregate"),
        ("4", "[unknown-key"),
        ("5", "[wrong-value"),
    }
    recipe.write_text("", encoding="utf-8")
    assert run(capsys, "index", "--recipe", str(recipe), folder=copy)[0] == 1
    assert "error[missing-file]" in run(capsys, "index", "--recipe", str(tmp_path / "none.yaml"), folder=copy)[2]


def test_a_variant_that_leaves_out_what_is_not_there_is_told(capsys, copy):
    (copy / FILE).write_text(MOOD + VARIANT.replace("{approval: null}", "{aproval: null}"), encoding="utf-8")
    _, out, _ = run(capsys, "check", folder=copy)
    assert f"{FILE}:{line_of(copy, FILE, 'aproval')}: error[unknown-key]" in out


def test_explain_shows_the_parts_and_the_rows_behind_each(capsys, copy):
    mood(copy)
    code, out, _ = run(capsys, "explain", "mood", "1894", folder=copy)
    assert code == 0
    assert "beside     100 a year earlier" in out
    assert ": 2 rows" in out
    made = json.loads(run(capsys, "explain", "mood", "1894", "--format", "json", folder=copy)[1])
    assert {one["indicator"]: len(one["rows"]) for one in made["parts"]} == {"audiences@by_year": 2, "approval": 0, "slights": 0}
    assert sorted(row["id"] for row in made["rows"]) == sorted(made["parts"][0]["rows"])


def test_claims_give_a_year_earlier_and_compare_nothing_of_other_parts(capsys, copy):
    mood(copy)
    code, out, _ = run(capsys, "claim", "mood", folder=copy)
    assert code == 0
    assert "not comparable with 50 a year earlier (other components)" in out
    assert "scores of different parts; what moved it between two periods shows the real change apart" in out
    assert [word for word in ("highest", "lowest", "in a row", ", up ", ", down ") if word in out] == []


def test_another_recipe_never_stands_in_for_a_missing_index(capsys, copy):
    """Of 1895 approval is known, on which a variant rests alone; the published recipe then asks for nine tenths of the weight."""
    more = "    variants:\n      opinion:\n        counts: Approval alone.\n        parts: {audiences@by_year: null, slights: null}\n"
    (copy / FILE).write_text(MOOD + more, encoding="utf-8")
    _, out, _ = run(capsys, "brief", "--period", "1893", folder=copy)
    assert "OVERALL\n- Mood of the court: 100" in out
    (copy / FILE).write_text(MOOD.replace("at_least: 0.5", "at_least: 0.9") + more, encoding="utf-8")
    _, out, _ = run(capsys, "brief", "--period", "1895", folder=copy)
    assert "- Mood of the court" not in out
    assert "No value (too few of its parts have a value): Mood of the court." in " ".join(out.split())


def test_verify_tells_an_interval_that_changed_from_a_value_that_did(capsys, copy, tmp_path):
    mood(copy, *UNCERTAIN)
    assert run(capsys, "export", "mood", "--format", "json", "--output", str(tmp_path), folder=copy)[0] == 0
    assert run(capsys, "verify", str(tmp_path / "mood.json"), folder=copy)[0] == 0
    edited(copy, FILE, "seed: 18960520", "seed: 7")
    code, out, _ = run(capsys, "verify", str(tmp_path / "mood.json"), folder=copy)
    assert code == 1
    assert "the interval was" in out
    assert "the value is the same" in out


def test_tables_of_a_chart_have_the_interval(capsys, copy, tmp_path):
    mood(copy, *UNCERTAIN)
    assert run(capsys, "export", "mood", "audiences", "--format", "csv", "--output", str(tmp_path), folder=copy)[0] == 0
    texts = ((tmp_path / f"{name}.csv").read_text(encoding="utf-8") for name in ("mood", "audiences"))
    own, other = (list(csv.DictReader(io.StringIO(text))) for text in texts)
    row = next(row for row in own if row["period"] == "1895")
    assert float(row["low"]) <= float(row["value"]) <= float(row["high"])
    assert "low" not in other[0]
