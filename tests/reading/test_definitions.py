"""Definitions: what is wrong, on which line, and the way out; and that a fault stops only what depends on it."""

import pytest

from indicators.compute.pipeline import results
from indicators.nouns.series import Query
from indicators.problems import ProblemsFound
from indicators.reading.project import open_project
from indicators.suggestions import likely, suggest
from tests.builders import ask, defined, edited, faults, line_of, opened, problem_at, told

COURT, ROADS, GUNS, CROWD = (f"indicators/definitions/{name}.yaml" for name in ("court", "roads", "guns", "crowd"))

FAULTS = {
    # file, old, new -> code, the way out
    "unknown key": (COURT, "    reduce: days_per_row\n", "    reduse: days_per_row\n", "unknown-key", "'reduce'"),
    "unknown key at the top": (CROWD, "pillar: crowd\n", "pillar: crowd\npilar: crowd\n", "unknown-key", "'pillar'"),
    "unknown reducer": (COURT, "    reduce: days_per_row\n", "    reduce: days_per_rwo\n", "unknown-reduce", "'days_per_row'"),
    "unknown transform": (COURT, "{rolling_sum: {", "{rolling_sm: {", "unknown-transform", "'rolling_sum'"),
    "unknown combination": (COURT, "combine: {difference: {", "combine: {diference: {", "unknown-combine", "'difference'"),
    "unknown normaliser": (COURT, "{goalposts: {low: 0, high: 16}}", "{goalpost: {low: 0, high: 16}}", "unknown-normalise", "'goalposts'"),
    "unknown parameter": (COURT, "{window: 3}", "{window: 3, windws: 3}", "unknown-parameter", "'window'"),
    "a key beside an operation": (GUNS, "reduce: {sum: {of: guns}}", "reduce: {sum: {of: guns}, unit: shots}", "unknown-reduce", "'unit'"),
    "two operations": (GUNS, "reduce: {sum: {of: guns}}", "reduce: {sum: {of: guns}, mean: {of: guns}}", "two-ways", "'mean'"),
    "a key beside every": (COURT, "    coverage: duels", "    coverage: {every: [duels], evry: [waltzes]}", "wrong-value", "'evry'"),
    "unknown code of a part": (COURT, "RUR: slights_by_ruritania", "RUT: slights_by_ruritania", "not-allowed", "'RUR'"),
    "a word for a number": (COURT, "{window: 3}", "{window: three}", "wrong-value", "three"),
    "a window of nothing": (COURT, "{window: 3}", "{window: 0}", "wrong-value", "0"),
    "goalposts the wrong way": (COURT, "{low: 0, high: 16}", "{low: 16, high: 0}", "wrong-value", "low"),
    "unknown column in where": (COURT, "    where: {kind: duel}", "    where: {kin: duel}", "unknown-column", "'kind'"),
    "unknown code in where": (COURT, "    where: {kind: duel}", "    where: {kind: dual}", "not-allowed", "'duel'"),
    "unknown code of a list": (COURT, "{kind: waltz, topic: opera}", "{kind: waltz, topic: opra}", "not-allowed", "'opera'"),
    "unknown condition": (COURT, "    where: {kind: duel}", "    where: {kind: {nor: call}}", "unknown-condition", "'not'"),
    "all, of no list": (COURT, "    where: {kind: duel}", "    where: {kind: {all: [duel]}}", "not-a-list-column", "list"),
    "a number for a code": (COURT, "    where: {kind: duel}", "    where: {kind: 8}", "wrong-value", "8"),
    "unknown column to sum": (GUNS, "    reduce: {sum: {of: guns}}", "    reduce: {sum: {of: gun}}", "unknown-column", "'guns'"),
    "days to sum": (GUNS, "    reduce: {sum: {of: guns}}", "    reduce: {sum: {of: date}}", "wrong-type", "guns"),
    "words to average": (
        CROWD,
        "{of: approve_pct, leader: leader, half_life",
        "{of: pollster, leader: leader, half_life",
        "wrong-type",
        "approve_pct",
    ),
    "numbers for a leader": (CROWD, "leader: leader, half_life", "leader: approve_pct, half_life", "wrong-type", "leader"),
    "unknown category": (COURT, "    coverage: duels", "    coverage: duel", "unknown-category", "'duels'"),
    "unknown category of a part": (
        COURT,
        "RUR: slights_by_ruritania",
        "RUR: slights_of_ruritania",
        "unknown-category",
        "'slights_by_ruritania'",
    ),
    "a line without a value": (
        GUNS,
        "    unit: shots\n",
        "    lines: {label: Loud, source: tavern}\n    unit: shots\n",
        "wrong-value",
        "low:",
    ),
    "a band upside down": (
        GUNS,
        "    unit: shots\n",
        "    lines: {low: 9, high: 2, label: Loud, source: tavern}\n    unit: shots\n",
        "wrong-value",
        "swap",
    ),
    "a limit that YAML takes for text": (GUNS, "    unit: shots\n", "    notable: 1e1\n    unit: shots\n", "wrong-value", "write 10.0"),
    "a goalpost that YAML takes for text": (COURT, "{low: 0, high: 16}", "{low: 0, high: 1e2}", "wrong-value", "write 100.0"),
    "an alternative that is every row": (COURT, "where: {kind: duel}", "where: [{kind: duel}, {}]", "wrong-value", "write a condition"),
    "a share of all rows": (COURT, "share: {where: {office: crown}}", "share: {where: {}}", "wrong-value", "which of the rows"),
    "a line at infinity": (
        GUNS,
        "    unit: shots\n",
        "    lines: {value: .inf, label: Loud, source: tavern}\n    unit: shots\n",
        "not-a-number",
        "finite",
    ),
    "half of a share as a per cent": (
        COURT,
        "    unit: share of meetings\n",
        "    lines: {value: 50, label: Half, source: tavern}\n    unit: share of meetings\n",
        "wrong-value",
        "0 to 1",
    ),
    "less than no waltz": (
        COURT,
        "    unit: waltzes\n",
        "    lines: {low: -1, high: 2, label: Few, source: tavern}\n    unit: waltzes\n",
        "wrong-value",
        "no less than 0",
    ),
    "a line from nobody": (
        GUNS,
        "    unit: shots\n",
        "    lines: {value: 9, label: Loud, source: travern}\n    unit: shots\n",
        "unknown-id",
        "'tavern'",
    ),
    "unknown breakdown": (COURT, "    breakdown: [topic, level]", "    breakdown: [topic, levl]", "unknown-column", "'level'"),
    "a breakdown by days": (COURT, "    breakdown: [topic, level]", "    breakdown: [topic, date]", "wrong-type", "type date"),
    "a breakdown by measured numbers": (
        CROWD,
        "    direction: higher is better\n",
        "    breakdown: approve_pct\n    direction: higher is better\n",
        "wrong-type",
        "number",
    ),
    "a filter of nothing": (COURT, "    where: {kind: duel}", "    where: []", "wrong-value", "empty list"),
    "a condition of nothing": (COURT, "    where: {kind: duel}", "    where: {kind: {}}", "wrong-value", "no condition"),
    "a day without hyphens": (COURT, "    where: {kind: duel}", "    where: {date: '18940601'}", "wrong-value", "YYYY-MM-DD"),
    "a word for a day": (COURT, "    where: {kind: duel}", "    where: {date: foo}", "wrong-value", "foo"),
    "unknown direction": (GUNS, "    direction: higher is better", "    direction: higher is beter", "not-allowed", "'higher is better'"),
    "unknown frequency": (GUNS, "frequency: annual\n    reduce: median", "frequency: anual\n    reduce: median", "not-allowed", "'annual'"),
    "unknown part": (COURT, "minus: duels", "minus: duel", "unknown-indicator", "'duels'"),
    "unknown variant of a part": (COURT, "audiences@by_year", "audiences@by_yer", "unknown-indicator", "'audiences@by_year'"),
    "unknown pillar": (CROWD, "pillar: crowd\n", "pillar: crowds\n", "unknown-pillar", "'crowd'"),
    "unknown other table": (GUNS, "{table: drills,", "{table: drils,", "unknown-table", "'drills'"),
    "another table without a time": (
        GUNS,
        "{table: drills, where: {outcome: held}}",
        "{table: sources}",
        "reference-table",
        "events or obs",
    ),
    "unknown column of the other table": (GUNS, "where: {outcome: held}", "where: {outcom: held}", "unknown-column", "'outcome'"),
    "unknown code of the other table": (GUNS, "where: {outcome: held}", "where: {outcome: hold}", "not-allowed", "'held'"),
    "unknown category of the other table": (
        GUNS,
        "{table: drills, where",
        "{table: drills, coverage: drills, where",
        "unknown-category",
        "none are known",
    ),
    "unknown table to look in": (COURT, "where: {kind: duel}", "where: {date: {listed_in: drils.date}}", "unknown-table", "'drills.date'"),
    "unknown column to look in": (COURT, "where: {kind: duel}", "where: {date: {listed_in: drills.dat}}", "unknown-column", "'date'"),
    "a day among words": (COURT, "where: {kind: duel}", "where: {date: {listed_in: drills.outcome}}", "wrong-type", "the same type"),
    "unknown handovers": (CROWD, "what: [coronation, confirmation]", "what: [coronation, conformation]", "not-allowed", "'confirmation'"),
    "a split that is not offered": (
        COURT,
        "    direction: lower is better\n    breakdown: {by: initiator",
        "    shown: topic\n    direction: lower is better\n    breakdown: {by: initiator",
        "unknown-breakdown",
        "initiator",
    ),
    "a break on no column": (ROADS, "break_on: []", "break_on: [metod]", "unknown-column", "'method'"),
    "an unquoted boolean": (CROWD, "    title: Approval of the Ruritanian crown", "    title: NO", "unquoted-boolean", "'NO'"),
    "not YAML": (CROWD, "    title: Approval of the Ruritanian crown", "    title: Approval: of the crown", "yaml-syntax", "quotes"),
}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("    title: Duels\n", "    title: Duels\n    title: Fights\n", "duplicate-key"),
        ("    where: {kind: duel}\n", "    where: {kind: NO}\n", "unquoted-boolean"),
        ("    where: {kind: duel}\n", "    where: {date: 1894-02-30}\n", "no-such-day"),
    ],
    ids=["a key twice", "a boolean", "a day that is none"],
)
def test_an_indicator_whose_form_has_a_fault_is_reported_once_and_not_computed(copy, old, new, code):
    edited(copy, COURT, old, new)
    project = open_project(copy)
    assert [p.code for p in project.problems if p.level == "error"] == [code]
    assert "duels" not in project.definitions
    assert "audiences" in project.definitions
    with pytest.raises(ProblemsFound, match="has a fault"):
        ask(project, "duels")


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        (COURT, "{rolling_sum: {window: 3}}", "{rolling_sum: {windw: 3}}", "unknown-parameter"),
        (COURT, "    title: Duels\n", "    titel: Duels\n", "unknown-key"),
    ],
    ids=["a parameter", "a key"],
)
def test_a_word_that_is_misspelt_is_reported_once(copy, file, old, new, code):
    line = edited(copy, file, old, new)
    assert faults(open_project(copy)) == [(file, line, code)]


def test_a_fault_of_form_in_a_variant_leaves_the_indicator(copy):
    annual = "        frequency: annual\n"
    edited(copy, COURT, f"      by_year:\n{annual}", f"      by_year:\n{annual}{annual}")
    project = open_project(copy)
    assert [p.code for p in project.problems if p.level == "error"] == ["duplicate-key"]
    assert list(project.definitions["audiences"].variants) == ["with_ministers"]


def test_without_definition_files_only_this_is_reported(copy):
    for path in (copy / "indicators/definitions").glob("*.yaml"):
        path.unlink()
    assert [p.code for p in open_project(copy).problems if p.level == "error"] == ["missing-file"]


def test_a_day_in_another_form_is_refused_since_days_are_compared_as_texts(copy):
    line = edited(copy, "config.yaml", "as_of: 1896-05-20", "as_of: '18960520'")
    with pytest.raises(ProblemsFound) as refused:
        open_project(copy)
    assert [(p.place.line, p.code, p.hint) for p in refused.value.problems] == [(line, "wrong-value", "write YYYY-MM-DD")]


@pytest.mark.parametrize(("file", "old", "new", "code", "way_out"), FAULTS.values(), ids=FAULTS.keys())
def test_one_fault_has_its_line_its_code_and_the_way_out(copy, file, old, new, code, way_out):
    line = edited(copy, file, old, new) + (new.count("\n") - 1 if new.startswith("pillar: crowd\n") else 0)
    problem = problem_at(open_project(copy), file, line)
    assert (problem.code, problem.level) == (code, "error")
    assert way_out in problem.message + problem.hint


def test_an_unknown_table(copy):
    file = defined(copy, asked={"table": "envoy", "where": {}, "coverage": "duels"})
    problem = problem_at(open_project(copy), file, line_of(copy, file, '"table"'))
    assert (problem.code, "'envoys'" in problem.hint) == ("unknown-table", True)


def test_a_table_for_reference_is_not_asked(copy):
    file = defined(copy, asked={"table": "reigns", "where": {}, "coverage": []})
    assert problem_at(open_project(copy), file, line_of(copy, file, '"table"')).level == "error"


def test_a_frequency_finer_than_the_dates(copy):
    of = {"table": "travellers", "where": {}, "coverage": [], "reduce": {"sum": {"of": "travellers"}}, "frequency": "weekly"}
    file = defined(copy, asked=of)
    problem = problem_at(open_project(copy), file, line_of(copy, file, '"frequency"'))
    assert (problem.code, "monthly" in problem.message + problem.hint) == ("frequency-too-fine", True)


def test_a_part_too_coarse_for_the_frequency(copy):
    file = defined(copy, asked={"combine": {"ratio": {"of": "audiences", "to": "travellers_in_graustark"}}, "frequency": "weekly"})
    problems = [p for p in open_project(copy).problems if p.place.file == file]
    assert len(problems) == 1
    assert "travellers_in_graustark" in problems[0].message


def test_a_counting_rule_may_not_be_empty(copy):
    file = defined(copy, asked={"counts": ""})
    assert problem_at(open_project(copy), file, line_of(copy, file, '"counts"')).level == "error"


@pytest.mark.parametrize("key", ["title", "counts", "unit", "direction", "frequency", "table", "reduce", "coverage"])
def test_a_required_key_is_missed_by_its_name(copy, key):
    file = defined(copy, asked={key: None})
    problems = [p for p in open_project(copy).problems if p.place.file == file]
    assert len(problems) >= 1
    assert {p.level for p in problems} == {"error"}
    assert any(f"'{key}'" in p.message or f"{key}:" in p.hint for p in problems)


def test_an_unknown_key_of_a_variant(copy):
    edited(copy, COURT, "      by_year:\n        frequency: annual", "      by_year:\n        frequncy: annual")
    problem = problem_at(open_project(copy), COURT, line_of(copy, COURT, "frequncy"))
    assert (problem.code, "'frequency'" in problem.hint) == ("unknown-key", True)


@pytest.mark.parametrize("fixed", ["direction: none", "pillar: roads", "id: balls"])
def test_a_variant_never_changes_id_pillar_or_direction(copy, fixed):
    edited(copy, COURT, "      by_year:\n", f"      by_year:\n        {fixed}\n")
    assert problem_at(open_project(copy), COURT, line_of(copy, COURT, f"        {fixed}\n".rstrip())).level == "error"


def test_a_variant_replaces_whole_keys(copy):
    """The filter of a variant is its own: without `participants` the Sylvanian audience counts too."""
    edited(
        copy,
        COURT,
        "where: {kind: meeting, participants: {exactly: [RUR, GRA]}, office: [crown, foreign]}\n        coverage",
        "where: {office: crown}\n        coverage",
    )
    assert told(ask(open_project(copy), "audiences@with_ministers"))["1893-08"] == 1


def test_a_cycle_names_all_its_places(copy):
    of = {"frequency": "annual"}
    file = defined(
        copy,
        egg=of | {"combine": {"sum": {"of": ["hen", "duels"]}}},
        hen=of | {"combine": {"sum": {"of": ["egg", "duels"]}}},
        omelette=of | {"combine": {"sum": {"of": ["egg"]}}},
    )
    project = open_project(copy)
    text = " ".join(str(p) for p in project.problems if p.code == "cycle")
    egg, hen, _ = (n for n, line in enumerate((copy / file).read_text().splitlines(), 1) if '"combine"' in line)
    assert f"{file}:{egg}" in text
    assert f"{file}:{hen}" in text
    assert "omelette" not in project.definitions


def test_an_indicator_that_is_made_of_itself(copy):
    file = defined(copy, egg={"combine": {"sum": {"of": ["egg", "duels"]}}})
    assert [p.code for p in open_project(copy).problems if p.place.file == file] == ["cycle"]


def test_one_id_in_two_files_names_both_places(copy):
    file = defined(copy, file="a_first.yaml", duels={})
    problem = next(p for p in open_project(copy).problems if p.code == "duplicate-id")
    places = {f"{file}:{line_of(copy, file, 'duels')}", f"{COURT}:{line_of(copy, COURT, '  duels:')}"}
    assert all(place in str(problem) for place in places)


def test_two_faults_are_both_reported(copy):
    one = edited(copy, COURT, "    where: {kind: duel}", "    where: {kind: dual}")
    other = edited(copy, GUNS, "    reduce: {sum: {of: guns}}", "    reduce: {sum: {of: gun}}")
    assert {(f, n) for f, n, _ in faults(open_project(copy))} == {(COURT, one), (GUNS, other)}


def test_two_faults_of_one_indicator_are_both_reported(copy):
    one = edited(copy, COURT, "    where: {kind: duel}\n    coverage: duels", "    where: {kind: dual}\n    coverage: duel")
    assert {(f, n) for f, n, _ in faults(open_project(copy))} == {(COURT, one), (COURT, one + 1)}


def test_a_fault_stops_only_what_depends_on_it(copy):
    edited(copy, COURT, "    where: {kind: duel}", "    where: {kind: dual}")
    project = open_project(copy)
    assert "duels" not in project.definitions
    assert "warmth" not in project.definitions  # it subtracts duels
    assert told(ask(project, "audiences@by_year"))["1893"] == 4
    assert told(ask(project, "contacts"))["1893"] == 5
    assert told(ask(project, "ruritanian_share"))["1895-04"] == 0.5


def test_a_faulty_variant_leaves_the_indicator(copy):
    edited(copy, COURT, "{kind: waltz, topic: opera}", "{kind: walz, topic: opera}")
    project = open_project(copy)
    assert told(ask(project, "waltzes"))["1893"] == 1
    with pytest.raises(ProblemsFound):
        ask(project, "waltzes@with_opera")


def test_a_file_that_is_no_yaml_leaves_the_other_files(copy):
    edited(copy, COURT, "pillar: court\n", "pillar: [court\n")
    project = open_project(copy)
    assert told(ask(project, "guns_heard"))["1895-01"] == 5
    assert "audiences" not in project.definitions


def test_a_faulty_table_leaves_the_other_tables(copy):
    edited(copy, "data/cannonades.csv", "1895-01-24,day,2,", "1895-01-24,day,two,")
    project = open_project(copy)
    assert told(ask(project, "audiences@by_year"))["1893"] == 4
    with pytest.raises(ProblemsFound):
        ask(project, "guns_heard")


@pytest.mark.parametrize(
    ("query", "guess"),
    [
        ({"indicator": "audience"}, "'audiences'"),
        ({"indicator": "audiences", "variant": "by_yer"}, "'by_year'"),
        ({"indicator": "audiences", "transform": ("rolling_sm:window=2",)}, "'rolling_sum'"),
        ({"indicator": "audiences", "transform": ("rolling_sum:windw=2",)}, "'window'"),
        ({"indicator": "audiences", "breakdown": "levl"}, "'level'"),
        ({"indicator": "audiences", "frequency": "montly"}, "'monthly'"),
    ],
    ids=str,
)
def test_a_question_that_cannot_be_answered_is_refused_with_a_guess(ruritania, query, guess):
    with pytest.raises(ProblemsFound) as refused:
        results(ruritania).series(Query(**query))
    assert guess in str(refused.value)


def test_an_unknown_headline(copy):
    line = edited(copy, "config.yaml", "headline: [audiences, slights]", "headline: [audience, slights]")
    assert "'audiences'" in problem_at(open_project(copy), "config.yaml", line).hint


def test_a_config_that_cannot_be_read_says_where_and_why(copy):
    line = edited(copy, "config.yaml", "headline: [", "hedline: [")
    with pytest.raises(ProblemsFound) as refused:
        open_project(copy)
    assert [(p.place.file, p.place.line, p.code) for p in refused.value.problems] == [("config.yaml", line, "unknown-key")]
    assert "'headline'" in refused.value.problems[0].hint


def test_definitions_are_in_the_order_of_their_file(ruritania):
    assert [d for d in ruritania.definitions if ruritania.definitions[d].pillar == "guns"] == [
        "guns_heard",
        "quiet_between_salvos",
        "drill_after_salvo",
    ]
    assert list(ruritania.definitions["audiences"].variants) == ["with_ministers", "by_year"]


def test_results_remember_what_was_asked(ruritania):
    given = results(ruritania)
    query = Query(indicator="audiences")
    assert given.series(query).values.equals(given.series(query).values)
    assert set(given.definitions) == set(ruritania.definitions)
    assert [a.label for a in given.annotations] == ["The Valentine audience", "Cheese embargo", "Year of the cannon", "The toll book"]


def test_a_draft_is_read_as_its_file_would_be_and_the_file_stays(copy):
    text = (copy / COURT).read_text()
    new = text.replace("  audiences:\n    title: Audiences", "  audiences:\n    titel: Audiences")
    drafted = open_project(copy, drafts={COURT: new})
    assert (copy / COURT).read_text() == text
    (copy / COURT).write_text(new)
    written = open_project(copy)
    assert drafted.problems == written.problems != ()
    assert drafted.definitions == written.definitions
    assert open_project(copy, drafts={COURT: text}).definitions == open_project(copy, before=written, drafts={COURT: text}).definitions


def test_an_operation_on_a_line_of_its_own_is_found_on_that_line(copy):
    line = edited(copy, GUNS, "reduce: {sum: {of: guns}}", "reduce:\n      sun:\n        of: guns")
    assert problem_at(open_project(copy), GUNS, line + 1).code == "unknown-reduce"


def test_more_layers_than_can_be_followed_are_refused_and_the_rest_is_computed(copy):
    first = {"l0": {}}
    defined(copy, **first, **{f"l{n}": {"combine": {"sum": {"of": [f"l{n - 1}"]}}} for n in range(1, 40)})
    project = open_project(copy)
    assert [p.code for p in project.problems] == ["too-many-parts"]
    assert {"l0", "l20"} <= set(project.definitions)
    assert "l39" not in project.definitions


FORMER = {
    # what is written on duels -> code, and what the message names
    "the name of another": ("formerly: [slights]", "duplicate-id", "court.yaml:"),
    "its own name": ("formerly: duels", "duplicate-id", "court.yaml:"),
    "a variant that is there": ("formerly: [audiences@by_year]", "duplicate-id", "court.yaml:"),
    "a name twice": ("formerly: [dawns, dawns]", "wrong-item", "twice"),
    "a title": ("formerly: [Dawns]", "wrong-value", "'Dawns'"),
    "no name": ("formerly: [3]", "wrong-value", "3 is not a name"),
    "two variants": ("formerly: [dawns@a@b]", "wrong-value", "'dawns@a@b'"),
}


@pytest.mark.parametrize(("written", "code", "named"), FORMER.values(), ids=FORMER.keys())
def test_a_former_name_belongs_to_one_indicator(copy, written, code, named):
    edited(copy, COURT, "  duels:\n", f"  duels:\n    {written}\n")
    problem = problem_at(opened(copy), COURT, line_of(copy, COURT, "formerly"))
    assert (problem.code, named in problem.message) == (code, True)


def test_a_former_name_of_two_indicators_names_both_places(copy):
    first = edited(copy, COURT, "  slights:\n", "  slights:\n    formerly: [insults]\n") + 1
    edited(copy, COURT, "  duels:\n", "  duels:\n    formerly: [insults]\n")
    lines = (copy / COURT).read_text().splitlines()
    second = max(n for n, line in enumerate(lines, 1) if "insults" in line)
    assert f"{COURT}:{first}" in problem_at(opened(copy), COURT, second).message


def test_a_combination_finds_its_part_by_a_former_name(ruritania, copy):
    """Numbers are those of before, and the part is told by its name of today."""
    edited(copy, COURT, "  duels:\n", "  dawns:\n    formerly: [duels]\n")
    project = opened(copy)
    assert project.problems == ()
    assert told(ask(project, "warmth")) == told(ask(ruritania, "warmth"))
    assert project.definition("warmth").combine.parameters == {"of": "audiences", "minus": "dawns"}


def test_variants_do_not_take_over_a_former_name(copy):
    edited(copy, COURT, "  audiences:\n", "  audiences:\n    formerly: [receptions]\n")
    project = opened(copy)
    assert project.problems == ()
    assert project.formerly == {"receptions": "audiences"}


# ---- everything at once, and guesses ----


def test_an_unknown_table_is_reported_together_with_the_other_faults(copy):
    """Three slips in one definition are three findings of one run, each at its line."""
    at = (
        edited(
            copy,
            COURT,
            "  duels:\n    title: Duels\n",
            "  duels:\n    title: Duels\n    color: red\n    table: envoy\n    frequency: yearly\n",
        )
        + 1
    )
    text = (copy / COURT).read_text().splitlines()
    rest = text[at + 3 :]
    end = next(n for n, line in enumerate(rest) if line.startswith("  ") and not line.startswith("   "))
    kept = [line for line in rest[:end] if not line.startswith(("    table:", "    frequency:"))]
    (copy / COURT).write_text("\n".join([*text[: at + 3], *kept, *rest[end:]]) + "\n")
    found = {(p.place.line, p.code) for p in open_project(copy).problems if p.place.file == COURT}
    assert {(at + 1, "unknown-key"), (at + 2, "unknown-table"), (at + 3, "not-allowed")} <= found


def test_an_unknown_pillar_does_not_hide_what_else_is_wrong(copy):
    edited(copy, "indicators/definitions/crowd.yaml", "pillar: crowd", "pillar: crowds")
    line = edited(copy, "indicators/definitions/crowd.yaml", "    table: polls", "    table: poll")
    codes = {(p.place.line, p.code) for p in open_project(copy).problems if p.place.file == "indicators/definitions/crowd.yaml"}
    assert codes == {(1, "unknown-pillar"), (line, "unknown-table")}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"sum": {"of": "guns", "blanks": "zero"}}, "blanks of 'sum' is wrong: it should be 'leave_out'"),
        ({"share": {"where": 5}}, "where of 'share' is wrong: it should be a mapping"),
        ({"sum": {"of": ["guns"]}}, "of of 'sum' is wrong: it should be text"),
    ],
)
def test_a_parameter_of_another_kind_has_one_problem_in_plain_words(copy, written, said):
    """A value that may be a mapping or a list, and is neither, is one fault; no word of a library is shown."""
    defined(copy, salvos={"table": "cannonades", "where": None, "coverage": None, "reduce": written})
    (problem,) = [p for p in open_project(copy).problems if p.code == "wrong-value"]
    assert said in problem.message


def test_a_failure_of_a_check_is_reported_at_the_line_of_its_definition(copy, monkeypatch):
    def fails(*of):
        raise TypeError("unforeseen")

    monkeypatch.setattr("indicators.reading.definitions._coverage_faults", fails)
    problems = [p for p in open_project(copy).problems if p.code == "fault"]
    assert problems
    assert all(p.place.file.startswith("indicators/definitions/") and p.place.line > 1 for p in problems)


FREQUENCIES = ["annual", "half-yearly", "triannual", "quarterly", "monthly", "weekly", "daily"]


@pytest.mark.parametrize(
    ("word", "known", "guess"),
    [
        # prefixes and words of the same meaning come before words that only look alike
        *(("yearly", FREQUENCIES, "annual"), ("annually", FREQUENCIES, "annual"), ("per year", FREQUENCIES, "annual")),
        *(("by month", FREQUENCIES, "monthly"), ("quarter", FREQUENCIES, "quarterly"), ("semiannual", FREQUENCIES, "half-yearly")),
        *(
            ("avg", ["count", "mean", "sum"], "mean"),
            ("average", ["count", "mean", "poll_average"], "mean"),
            ("n", ["count", "mean"], "count"),
        ),
        *(
            ("total", ["count", "sum"], "sum"),
            ("unique", ["count", "distinct"], "distinct"),
            ("yoy", ["change", "year_on_year"], "year_on_year"),
        ),
        *(("name", ["notes", "title"], "title"), ("lower", ["higher is better", "lower is better"], "lower is better")),
        ("sum_rolling", ["rolling_mean", "rolling_sum"], "rolling_sum"),
        # slips of the hand
        *(("cuont", ["count", "sum"], "count"), ("dule", ["duel", "waltz"], "duel"), ("audiense", ["audiences", "duels"], "audiences")),
        # nothing is near
        *(("foreign_minister", ["prime_minister_kor", "president"], None), ("alert", ["at_least", "title"], None)),
        *(("biweekly", FREQUENCIES, None), ("max", ["mean", "median"], None), ("xyz", FREQUENCIES, None), ("", FREQUENCIES, None)),
    ],
)
def test_a_guess_is_what_is_meant_or_none(word, known, guess):
    assert likely(word, known) == guess


@pytest.mark.parametrize(
    ("word", "what"), [("alert", "alerts"), ("email", "mails"), ("color", "colours"), ("chart_type", "kinds of chart")]
)
def test_what_the_product_does_not_have_is_said_to_be_not_offered(word, what):
    assert what in suggest(word, ["at_least", "title"]).partition("not offered")[0]


BLANKS = {
    "a parameter": (GUNS, "reduce: {sum: {of: guns}}", "reduce: {sum: {of: guns, blanks: }}"),
    "a parameter of a poll average": (CROWD, "half_life: 14", "half_life: "),
    "a filter": (COURT, "    where: {kind: duel}", "    where:"),
    "a bound of a filter": (COURT, "    where: {kind: duel}", "    where: {kind: duel, date: {from: }}"),
    "a key": (COURT, "    where: {kind: duel}", "    where: {kind: duel}\n    break_on:"),
    "a key of a descriptor": ("data/cannonades.resource.yaml", "  kind: events", "  kind: events\n  recorded:"),
    "a constraint": ("data/polls.resource.yaml", "minimum: 0, maximum: 100", "minimum: , maximum: 100"),
    "a key of config.yaml": ("config.yaml", "as_of: 1896-05-20", "as_of: 1896-05-20\ncodebook:"),
    "a key inside one of config.yaml": ("config.yaml", "window: {from: '1893-01'}", "window: {from: '1893-01', to: }"),
}


@pytest.mark.parametrize(("file", "old", "new"), BLANKS.values(), ids=BLANKS.keys())
def test_a_blank_value_is_not_one_that_is_not_given(copy, file, old, new):
    line = edited(copy, file, old, new) + new.count("\n")
    try:
        problems = open_project(copy).problems
    except ProblemsFound as e:
        problems = e.problems
    assert [(p.place.file, p.place.line, p.code) for p in problems] == [(file, line, "blank-value")]
