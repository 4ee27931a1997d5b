"""Tables of spells: how their dates are read, and what is wrong with them. Most faults have their example in `codes.yaml`."""

import pytest

from indicators.nouns.vocabulary import FIRST, LAST, UNTIL_FIRST, UNTIL_LAST
from tests.builders import appended, edited, faults, opened

CSV, BANS = "data/bans.csv", "data/bans.resource.yaml"
WAYS = ", precision: from_precision, end_precision: to_precision"


def days(project, row):
    """The days that start and end of a row may mean."""
    cells = project.tables["bans"].with_spans.frame.set_index("ban_id").loc[row, [FIRST, LAST, UNTIL_FIRST, UNTIL_LAST]]
    return [None if str(cell) == "NaT" else str(cell.date()) for cell in cells]


def test_a_month_is_any_of_its_days(ruritania):
    assert days(ruritania, "b-2") == ["1894-03-01", "1894-03-31", "1894-06-01", "1894-06-01"]
    assert days(ruritania, "b-3") == ["1894-05-01", "1894-05-01", "1894-07-01", "1894-07-31"]
    assert days(ruritania, "b-4") == ["1895-01-01", "1895-01-01", None, None]


def test_without_columns_of_precision_texts_are_as_exact_as_they_are_written(copy):
    edited(copy, BANS, WAYS, "")
    edited(copy, CSV, "1894-05-01,day,1894-07,month", "1894,month,1895,month")
    project = opened(copy)
    assert days(project, "b-2")[:2] == ["1894-03-01", "1894-03-31"]
    assert days(project, "b-3") == ["1894-01-01", "1894-12-31", "1895-01-01", "1895-12-31"]


def test_dates_have_the_precision_of_their_column(copy):
    for name in ("from", "to"):
        edited(copy, BANS, f"name: {name}, type: string", f"name: {name}, type: date")
    pattern = ", pattern: '^\\d{4}(-\\d{2}(-\\d{2})?)?$'"
    edited(copy, BANS, "constraints: {required: true" + pattern, "constraints: {required: true")
    edited(copy, BANS, ", constraints: {" + pattern[2:] + "}", "")
    edited(copy, CSV, "1894-03,month", "1894-03-01,month")
    edited(copy, CSV, "1894-07,month", "1894-07-15,month")
    project = opened(copy)
    assert faults(project) == []
    assert days(project, "b-2")[:2] == ["1894-03-01", "1894-03-31"]
    assert days(project, "b-3")[2:] == ["1894-07-01", "1894-07-31"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("b-6,No hats,RUR,1894-03-05,day,1894-03,month,1,known,,opera_bell", None),  # it may have ended on the 6th
        ("b-6,No hats,RUR,1894-03-31,day,1894-03,month,1,known,,opera_bell", "span-reversed"),
        ("b-6,No hats,RUR,1894-04-01,day,1894-03,month,1,known,,opera_bell", "span-reversed"),
        ("b-6,No hats,RUR,1894-03,month,1894-03,month,1,known,,opera_bell", None),
        ("b-6,No hats,RUR,1894-03,month,1894-05,month,1,known,1894-05-30,opera_bell", None),
        ("b-6,No hats,RUR,1894-03,month,1894-05,month,1,known,1894-05-31,opera_bell", "spell-confirmed"),
        ("b-6,No hats,RUR,1894-03,,1894-05,month,1,known,,opera_bell", "blank"),
    ],
)
def test_dates_contradict_each_other_where_no_days_that_they_may_mean_fit(copy, row, code):
    line = appended(copy, CSV, row)
    assert [(p.place.line, p.code) for p in opened(copy).problems if p.place.file == CSV] == ([(line, code)] if code else [])
