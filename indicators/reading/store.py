"""Tables in a store: Parquet files, folders of them and CSV of any size, checked and counted where they are.

The engine recognises cells that are surely right; all others, each different one once, go through the checks of tables in memory. What was
found about the same bytes, a CSV in typed columns, and small results are kept (`reading.kept`).
"""

import contextlib
import datetime
import hashlib
import json
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import narwhals as nw
import pandas as pd

from indicators.nouns.descriptor import FieldOf, Resource
from indicators.nouns.periods import EPOCH
from indicators.nouns.series import Table
from indicators.nouns.stores import IN_MEMORY, NotInMemory
from indicators.nouns.vocabulary import DAY, DAY_DATED, MONTH, ORDINAL, PRECISION, ROW, STATUS
from indicators.operations.column import NUMBERS
from indicators.problems import Fault, Place, Problem, Report, fault, refused
from indicators.reading.cells import quoted
from indicators.reading.descriptors import Descriptor
from indicators.reading.dialect import column_list_faults, header_faults
from indicators.reading.engine import AT_ONCE, ENGINES, TRUSTED, Duck, Engine, Spark, exactly, is_trusted, missing_for
from indicators.reading.files import path_faults
from indicators.reading.forms import in_standard_form
from indicators.reading.kept import digest_of, files_in, keep_text, kept_in, kept_text, program, state_of, tidy
from indicators.reading.replacing import replace_file
from indicators.reading.tables import FORMS, SHOWN, Cells, column_problems

INTEGERS = ("TINYINT", "SMALLINT", "INT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT", "UHUGEINT")
NUMERIC = (*INTEGERS, "FLOAT", "DOUBLE", "DECIMAL")
PLAIN = "[!-~]([ -~]*[!-~])?"
"""A text in which nothing can be hidden: ASCII without blanks at its edges."""
FEW, PAGES, RECALLED = 1_000, 8, 200
"""Rows of a page that are kept with their cells; pages, and small results, that stay in memory."""
KEYS = 5_000_000
"""Keys that are compared at a time, so that they fit into memory."""


def name(text: str) -> str:
    """A name in SQL."""
    return '"' + text.replace('"', '""') + '"'


def _listed(texts: Sequence[str], engine: Engine) -> str:
    return ", ".join(map(engine.literal, texts))


class _Sql(NamedTuple):
    """A column in SQL: its cells as text (NULL where blank), typed as in `Table.frame`, and whether they are surely right."""

    cell: str
    value: str
    sure: str


def _column(field: FieldOf, stored_as: str, resource: Resource, engine: Engine) -> _Sql:
    """A column of the table by the type that it has in the file."""
    raw, kind = name(field.name), stored_as.partition("(")[0]
    text, missing = f"CAST({raw} AS STRING)", _listed(resource.schema_.missingValues, engine)
    cell = f"CASE WHEN {text} IN ({missing}) THEN NULL ELSE {text} END"
    is_plain = kind == "VARCHAR" and resource.schema_.missingValues == ("",)
    if is_plain:  # the same, which the engine computes faster
        cell = f"nullif({raw}, '')"
    rules = field.constraints
    if field.kind in NUMBERS:
        fits = kind in (NUMERIC if field.kind == "number" else INTEGERS)
        value = f"CAST({raw} AS DOUBLE)" if fits else f"TRY_CAST({cell} AS DOUBLE)"
        sure = f"abs({value}) < 1e15" + ("" if fits else f" AND {engine.fits(cell, FORMS[field.kind][0])} AND length({cell}) <= 15")
        sure += f" AND {value} BETWEEN 1000 AND 9999" * (field.kind == "year")
    elif field.kind == "date":
        fits = kind == "DATE" or kind.startswith("TIMESTAMP")
        day = f"CAST({raw} AS DATE)" if fits else f"TRY_CAST({cell} AS DATE)"
        value, sure = f"CAST({day} AS TIMESTAMP)", f"year({day}) BETWEEN 1000 AND 9999"
        in_form = f"{raw} = {day}" if fits else engine.fits(cell, FORMS["date"][0])
        sure += "" if fits and field.type == "datetime" else f" AND {in_form}"
    elif field.kind == "boolean":
        yes, no = (_listed(texts, engine) for texts in (field.trueValues, field.falseValues))
        value = f"CASE WHEN {cell} IN ({yes}) THEN 'true' WHEN {cell} IN ({no}) THEN 'false' ELSE '' END"
        sure = f"{cell} IN ({yes}, {no})"
    else:
        is_list = field.name in resource.relations.lists
        is_known = not rules.pattern or engine.knows(rules.pattern)
        sure = engine.fits(cell, PLAIN) if field.kind == "string" and not is_list and is_known else "FALSE"
        sure += f" AND {engine.fits(cell, rules.pattern)}" if rules.pattern and is_known else ""
        is_bare = (rules.required or field.name in resource.schema_.primaryKey) and kind == "VARCHAR"
        value = raw if is_bare else f"coalesce({raw if is_plain else cell}, '')"
    for limit, sign in ((rules.minimum, ">="), (rules.maximum, "<=")):
        sure += "" if limit is None else f" AND {value} {sign} {engine.literal(str(limit)) if field.kind == 'date' else float(limit)}"
    if rules.enum or (resource.relations.status and resource.relations.status.column == field.name):
        sure = "FALSE"
    return _Sql(cell, value, sure)


class FileStore:
    """The rows of a table in files that an engine reads; see `nouns.series.Store`. `files`: those that are read when something is asked,
    before which `place` lets the engine know them as `lines`: what is kept needs no engine. `restored`: makes those that are only kept
    again, and whether it did."""

    def __init__(
        self,
        engine: Engine,
        descriptor: Descriptor,
        files: Sequence[Path],
        key: str,
        found: Mapping[str, Any],
        place: Callable[[], object],
        restored: Callable[[], bool],
    ) -> None:
        self._engine, self._resource, self._files, self._state = engine, descriptor.resource, files, state_of(files)
        self._file = Place((Path(descriptor.file.name).parent / descriptor.resource.path).as_posix())
        self.key, self.rows = key, int(found["rows"])
        self.first, self.last = (datetime.date.fromisoformat(found[one]) for one in ("first", "last"))
        self._place, self._restored, self._is_placed, self._lock = place, restored, False, threading.RLock()
        self._own = [*self._resource.columns, ROW, DAY, MONTH, PRECISION, DAY_DATED, STATUS]
        self._pages, self._recalled = deque[pd.DataFrame](maxlen=PAGES), dict[str, pd.DataFrame]()

    def _ask(self) -> Engine:
        """The engine, which knows the rows. ProblemsFound where the files have changed."""
        self._check()
        with self._lock, self._answering():
            if not self._is_placed:
                self._place()
                self._is_placed = True
        return self._engine

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        """What the engine raises inside is a problem of the table's file. ProblemsFound where it fails, or the files changed meanwhile."""
        try:
            yield
        except self._engine.errors as e:
            self._check()
            raise refused(_unread(e), self._file) from e

    def _check(self) -> None:
        with self._lock:
            if self._restored():
                self._state = state_of(self._files)
        try:
            same = state_of(self._files) == self._state
        except FileNotFoundError as e:
            lost = fault(
                "not-in-store/unread", hint="put the file back, or correct the path", reason=f"{Path(e.filename).name} is not there"
            )
            raise refused(lost, self._file) from None
        except OSError:
            same = False
        if not same:
            hint = "ask again: the new files are read in a moment"
            raise refused(fault("not-in-store/changed", hint=hint, table=self._resource.name), self._file)

    def lines(self) -> "nw.LazyFrame[Any]":
        """The rows with the columns of `Table.frame`, computed when they are collected."""
        return nw.from_native(self._ask().lazy("SELECT * FROM lines")).lazy()

    def counts(self, column: str) -> pd.Series:
        """The different cells of a column, as text, and the number of rows that have each; blanks are left out."""
        cell = f"CAST({name(column)} AS STRING)"
        sql = f"SELECT {cell} AS cell, count(*) AS n FROM lines WHERE {cell} <> '' GROUP BY 1 ORDER BY 1"
        found = self.recalled(f"counts {column}", lambda: self._ask().frame(sql))
        return pd.Series(found["n"].to_numpy(dtype="int64"), index=pd.Index(found["cell"], dtype="str"))

    def found(self, ids: Sequence[str]) -> pd.DataFrame:
        """The rows with these ids, as `Table.frame` has them."""
        for page in tuple(self._pages):
            if page[ROW].isin(ids).sum() == len(set(ids)):
                return page[page[ROW].isin(ids)]
        keys, prefix = self._resource.schema_.primaryKey, len(self._resource.name) + 1
        # By the column itself, where it is one, so that parts of files without these keys are not read.
        column, sought = (keys[0], [one[prefix:] for one in ids]) if len(keys) == 1 else (ROW, ids)
        where = f"{name(column)} IN ({_listed(sought, self._engine)})"
        with self._answering():
            found = self._ask().frame(f"SELECT {', '.join(map(name, self._own))} FROM lines WHERE {where if ids else 'FALSE'}")
        self._check()
        return found[found[ROW].isin(ids)]

    def page(self, select: "Callable[[], nw.LazyFrame[Any]]", asked: str, start: int, count: int) -> tuple[str, ...]:
        """Ids of some of the rows that `select` gives, from a place on, always in the same order. A few are kept under what is `asked`,
        with their cells, because whoever shows ids shows rows."""
        if count > FEW:
            with self._answering():
                ids = tuple(self._ask().page(nw.to_native(select().select(ROW)), start, count)[ROW])
            self._check()
            return ids

        def compute() -> pd.DataFrame:
            return self._ask().page(nw.to_native(select().select(*self._own)), start, count)

        rows = self.recalled(f"{count} rows from {start} of {asked}", compute)
        days = [DAY, *(field.name for field in self._resource.schema_.fields if field.kind == "date")]
        self._pages.append(rows.assign(**{day: pd.to_datetime(rows[day]).astype("datetime64[us]") for day in days}))
        return tuple(rows[ROW])

    def recalled(self, name: str, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """A small frame under a name, computed once for these rows and kept. ProblemsFound where the engine fails."""
        if name in self._recalled:
            return self._recalled[name].copy()
        path = kept_in() / f"result-{hashlib.sha256(f'{self.key} {name}'.encode()).hexdigest()}.json"
        text = kept_text(path)
        if text is None:
            with self._answering():
                found = compute()
            self._check()
            text = json.dumps({str(column): found[column].tolist() for column in found}, default=str)
            keep_text(path, text)
        frame = self._recalled[name] = pd.DataFrame(json.loads(text))
        for oldest in list(self._recalled)[:-RECALLED]:
            self._recalled.pop(oldest, None)
        return frame.copy()


def _unread(error: Exception) -> Fault:
    reason = str(error).strip().partition("\n")[0]
    return fault("not-in-store/unread", hint="write the file again, or see to what counts it", reason=reason)


def read_stored(root: Path, folder: str, descriptor: Descriptor, report: Report, master: str) -> Table | None:
    """The table, or None with its problems reported. Its rows stay in the files. `master`: the address of Spark."""
    resource, place = descriptor.resource, descriptor.file.place(("path",))
    problems, engine = list[Problem](), ENGINES[resource.relations.engine or "duckdb"]
    if engine is Spark and not is_trusted(master):
        line = descriptor.file.place(("relations", "engine"))
        hint = f"if you trust it: {TRUSTED}='{master}' in the environment of the command; else remove spark from config.yaml"
        report(fault("master-not-trusted", hint=hint, path=resource.path, master=master).at(line))
        return None
    if lacking := missing_for(engine):
        how = f"pip install 'relations-health[{engine.extra}]'" if engine.package in lacking else "make scale-setup"
        report(fault("engine-missing", hint=f"install it: {how}; or {IN_MEMORY}", path=resource.path, lacking=lacking).at(place))
        return None
    files = files_in(root, folder, resource)
    outside = [one for file in files for one in path_faults(root, ".", file.relative_to(root).as_posix())]
    missing = [file for file in files if not file.is_file()] or ([] if files else [root / folder / resource.path])
    problems += [one.at(place) for one in outside]
    hint = "name the folder itself: links to folders are not followed" if any(map(Path.is_symlink, missing)) else "correct the path"
    problems += [fault("missing-file", hint=hint, path=file.relative_to(root).as_posix()).at(place) for file in missing]
    store = None

    def make() -> Engine:
        return engine(master)

    if not problems:
        try:
            store = _opened(make, root, files, descriptor, problems.append)
        except make().errors as e:
            problems.append(_unread(e).at(Place(f"{folder}/{resource.path}")))
    for problem in problems:
        report(problem)
    if store is None or problems:
        return None
    frame: Any = NotInMemory(resource.name)
    return Table(resource, frame, (), digest=digest_of(files), store=store)


def _opened(make: Callable[[], Engine], root: Path, files: list[Path], descriptor: Descriptor, report: Report) -> FileStore | None:
    """The store of a table that is right; None with its problems reported."""
    resource = descriptor.resource
    about = f"{digest_of(files)} {resource.model_dump_json()} {program()}"
    key = hashlib.sha256(about.encode()).hexdigest()
    memo, is_csv = kept_in() / f"checked-{key}.json", files[0].suffix == ".csv"
    typed = kept_in() / f"typed-{key}.parquet"
    if not memo.exists() or (is_csv and not typed.exists()):
        found = _checked(make(), root, files, descriptor, report, typed if is_csv else None)
        if found is None:
            return None
        tidy()
        replace_file(memo, json.dumps(found).encode())
    engine = make()

    def place() -> None:
        if isinstance(engine, Duck) and is_csv:
            engine.view("lines", f"SELECT * FROM read_parquet({engine.literal(exactly(typed))})")
        else:
            _place(engine, _described(engine, root, files, descriptor, report) or {}, resource)

    def restored() -> bool:
        """Whoever removes what is kept must not end a server that reads a CSV there; the same bytes give the same copy."""
        if not is_csv or typed.exists() or f"{digest_of(files)} " not in about:
            return False
        return _checked(make(), root, files, descriptor, report, typed) is not None

    return FileStore(engine, descriptor, [typed] if is_csv else files, key, json.loads(memo.read_bytes()), place, restored)


def _checked(
    engine: Engine, root: Path, files: list[Path], descriptor: Descriptor, report: Report, typed: Path | None
) -> dict[str, Any] | None:
    """The number of rows of a table that is right, with their first and last day; None with its problems reported. `typed`: where a CSV is
    kept in typed columns."""
    columns = _described(engine, root, files, descriptor, report)
    if columns is None or not _is_right(engine, columns, descriptor, root, files, report):
        return None
    _place(engine, columns, descriptor.resource)
    if typed and isinstance(engine, Duck):
        part = typed.with_suffix(f".{os.getpid()}")
        engine.keep("lines", part)
        part.replace(typed)
    rows, first, last = next(engine.rows(f"SELECT count(*), min({name(DAY)}), max({name(DAY)}) FROM lines"))
    return {"rows": rows, "first": f"{first:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"}


def _described(engine: Engine, root: Path, files: list[Path], descriptor: Descriptor, report: Report) -> dict[str, _Sql] | None:
    """The columns of the files as a view `raw`, with @file and @line of each row; None where they are not those described."""
    resource = descriptor.resource
    if isinstance(engine, Duck) and files[0].suffix == ".csv":
        kinds = engine.read_csv({file.relative_to(root).as_posix(): file for file in files}, resource.dialect.separator)
    else:
        parts = files[0].relative_to(root).parts[:-1]
        split = next((n for n, part in enumerate(parts) if "=" in part), None)
        kinds = engine.read_parquet(files, None if split is None else root.joinpath(*parts[:split]))
    header, wanted = list(kinds), list(resource.columns)
    described = [column for column in header if column in wanted]
    wrong, names = header_faults(described if described and resource.schema_.fieldsMatch == "subset" else header, descriptor)
    place = Place(files[0].relative_to(root).as_posix(), 1)
    found = [one.at(place) for one in (*wrong, *column_list_faults(names, descriptor))]
    for problem in found:
        report(problem)
    if found or set(wanted) - set(header):
        return None
    return {field.name: _column(field, kinds[field.name], resource, engine) for field in resource.schema_.fields}


def _place(engine: Engine, columns: Mapping[str, _Sql], resource: Resource) -> None:
    """The view `lines`: the columns of `Table.frame`."""
    relations, days = resource.relations, {name for name, field in resource.columns.items() if field.kind == "date"}
    assert relations.time
    day = columns[relations.time.start].value
    parts = [f"CAST(CAST({columns[k].value} AS DATE) AS STRING)" if k in days else columns[k].cell for k in resource.schema_.primaryKey]
    status = relations.status
    letters = [f"WHEN {engine.literal(code)} THEN {engine.literal(letter)}" for code, letter in status.map.items()] if status else []
    values = {column: one.value for column, one in columns.items()} | {
        ROW: " || '|' || ".join([f"{engine.literal(resource.name + ':')} || {parts[0]}", *parts[1:]]),
        DAY: day,
        MONTH: f"year({day}) * 12 + month({day}) - 1",
        ORDINAL: f"{engine.days(day)} + {EPOCH}",
        PRECISION: "'day'",
        DAY_DATED: "TRUE",
        STATUS: f"CASE {columns[status.column].value} {' '.join(letters)} ELSE 'A' END" if status and letters else "'A'",
    }
    selected = ", ".join(f"{value} AS {name(column)}" for column, value in values.items())
    engine.view("lines", f"SELECT {selected} FROM raw")


# ---- checks ----


def _is_right(
    engine: Engine, columns: Mapping[str, _Sql], descriptor: Descriptor, root: Path, files: Sequence[Path], report: Report
) -> bool:
    """Whether all cells, keys and unique columns are right; reports what is not."""
    resource = descriptor.resource
    problems = [one for field in resource.schema_.fields for one in _cell_problems(engine, columns, field, descriptor, root)]
    unique = [(f.name,) for f in resource.schema_.fields if f.constraints.unique and (f.name,) != resource.schema_.primaryKey]
    for key in (resource.schema_.primaryKey, *unique):
        problems += _key_problems(engine, columns, key, root)
    if not next(engine.rows("SELECT count(*) FROM raw"))[0]:
        hint = f"it has no rows; {descriptor.file.place(('path',))} names it"
        problems.append(fault("empty-file", hint=hint).at(Place(files[0].relative_to(root).as_posix())))
    for problem in problems:
        report(problem)
    return not problems


def _cell_problems(engine: Engine, columns: Mapping[str, _Sql], field: FieldOf, descriptor: Descriptor, root: Path) -> Iterator[Problem]:
    """What is wrong with the cells of a column: those that are not surely right are looked at as those of tables in memory are."""
    cell, _, sure = columns[field.name]
    sql = f"""SELECT {cell} AS cell, min("@line") AS line, min_by("@file", "@line") AS file FROM raw
        WHERE ({cell}) IS NULL OR NOT coalesce({sure}, FALSE) GROUP BY 1 ORDER BY line"""
    asked = engine.rows(sql)
    resource = descriptor.resource
    alone = resource.model_copy(update={"schema_": resource.schema_.model_copy(update={"fields": (field,)})})
    while rows := list(islice(asked, AT_ONCE)):
        frame = pd.DataFrame({field.name: ["" if text is None else text for text, _, _ in rows]}, dtype="str")
        read, odd = in_standard_form(frame, alone)
        files = tuple(_relative(file, root) for _, _, file in rows)
        cells = Cells(files[0], read, tuple(line for _, line, _ in rows), True, files=files, odd=odd)
        yield from column_problems(cells, descriptor, None, (field,))


def _relative(file: str, root: Path) -> str:
    path = Path(unquote(urlsplit(file).path) if file.startswith("file:/") else file)
    return path.relative_to(root).as_posix() if path.is_absolute() and path.is_relative_to(root) else file


def _key_problems(engine: Engine, columns: Mapping[str, _Sql], key: Sequence[str], root: Path) -> Iterator[Problem]:
    """Rows whose key appears in an earlier row; blanks of a unique column are no key."""
    cells = [columns[column].value if columns[column].value.startswith("CAST(") else columns[column].cell for column in key]
    blank = " OR ".join(f"({columns[column].cell}) IS NULL" for column in key)
    passes = 1 + next(engine.rows("SELECT count(*) FROM raw"))[0] // KEYS if engine.needs_passes else 1
    twice, number = list[tuple[Any, ...]](), 0
    for n in range(passes):
        own = f"NOT ({blank})" + f" AND hash({', '.join(cells)}) % {passes} = {n}" * (passes > 1)
        several = f"SELECT {', '.join(cells)} FROM raw WHERE {own} GROUP BY ALL HAVING count(*) > 1"
        found = list(engine.rows(f"SELECT *, count(*) OVER () FROM ({several}) LIMIT {SHOWN}"))
        twice, number = [*twice, *(row[:-1] for row in found)], number + (found[0][-1] if found else 0)
    for n, values in enumerate(twice[:SHOWN], 1):
        where = " AND ".join(f"{cell} = ?" for cell in cells)
        rows = engine.rows(f'SELECT "@file", "@line" FROM raw WHERE {where} ORDER BY 1, 2 LIMIT 2', values)
        (one, first), (other, second) = ((_relative(file, root), line) for file, line in rows)
        hint = "remove one of the rows, or correct the key; if both are meant, add a column to the key that tells them apart"
        shown = quoted("|".join(f"{value:.15g}" if isinstance(value, float) else str(value) for value in values))
        line = first if one == other else f"{first} of {one}"
        wrong: Fault = fault("duplicate-key/row", hint=hint, key=shown, columns=", ".join(key), line=line)
        yield wrong.with_rest(number - SHOWN if n == SHOWN else 0).at(Place(other, second))
