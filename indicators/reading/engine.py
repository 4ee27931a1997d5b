"""Tables in a store: Parquet files, folders of them and CSV of any size, checked and counted where they are, by DuckDB.

The engine recognises cells that are surely right; all others, each different one once, go through the checks of tables in memory. What was
found about the same bytes, a CSV in typed columns, and small results are kept in a folder of the user's (`kept_in`).
"""

import contextlib
import datetime
import functools
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import narwhals as nw
import pandas as pd

from indicators.nouns.descriptor import FieldOf, Resource
from indicators.nouns.periods import EPOCH
from indicators.nouns.series import NotInMemory, Table
from indicators.nouns.vocabulary import DAY, DAY_DATED, MONTH, ORDINAL, PRECISION, ROW, STATUS
from indicators.operations.column import NUMBERS
from indicators.problems import Fault, Place, Problem, Report, fault, refused
from indicators.reading.cells import quoted
from indicators.reading.descriptors import Descriptor
from indicators.reading.dialect import column_list_faults, header_faults
from indicators.reading.files import path_faults
from indicators.reading.forms import in_standard_form
from indicators.reading.replacing import replace_file
from indicators.reading.tables import FORMS, SHOWN, Cells, column_problems

INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT", "UHUGEINT")
NUMERIC = (*INTEGERS, "FLOAT", "DOUBLE", "DECIMAL")
PLAIN = "[!-~]([ -~]*[!-~])?"
"""A text in which nothing can be hidden: ASCII without blanks at its edges."""
MEMORY = "1GB"
"""What the engine may use before it goes on in files."""
AT_ONCE = 50_000
"""Different cells that are looked at together."""
KEYS = 5_000_000
"""Keys that are compared at a time, so that they fit into memory."""
FRESH = 2_000_000_000
"""Nanoseconds for which the time of a file's last change does not tell two states of it apart."""
SETTINGS: dict[str, Any] = {
    **dict.fromkeys(("autoinstall_known_extensions", "autoload_known_extensions", "python_enable_replacements"), False),
    "memory_limit": MEMORY,
}
UNUSED = 60 * 86_400
"""Seconds after which what is kept goes."""
State = tuple[tuple[str, int, int, int], ...]


def kept_in() -> Path:
    """The folder for what is kept: `relations-health` where the user's programs keep such things."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111  Path.expanduser fails without a home
    for folder in (Path(home) / "relations-health", Path(tempfile.gettempdir()) / f"relations-health-{os.getuid()}"):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            continue
        if os.access(folder, os.W_OK) and folder.stat().st_uid == os.getuid():
            return folder
    return Path(tempfile.mkdtemp(prefix="relations-"))


def _tidy() -> None:
    """Remove what nobody has used for a while."""
    for path in kept_in().iterdir():
        with contextlib.suppress(OSError):  # another process was faster
            state = path.stat()
            if time.time() - max(state.st_atime, state.st_mtime) > UNUSED:
                path.unlink()


def files_in(root: Path, folder: str, resource: Resource) -> list[Path]:
    """The files of a table: those named, and of a folder all Parquet in it."""
    named = [root / folder / path for path in resource.path_]
    return [file for one in named for file in (sorted(one.rglob("*.parquet")) if one.is_dir() else [one])]


def state_of(files: Sequence[Path]) -> State:
    """Name, size, time of the last change and inode of some files."""
    stats = [(str(path), path.stat()) for path in files]
    return tuple((name, one.st_size, one.st_mtime_ns, one.st_ino) for name, one in stats)


def digest_of(files: Sequence[Path]) -> str:
    """SHA-256 over the bytes of some files. That of a file which has not changed since is remembered."""
    together = hashlib.sha256()
    for path in files:
        state = state_of([path])
        memo = kept_in() / f"digest-{hashlib.sha256(repr(state).encode()).hexdigest()}"
        if not memo.exists():
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if datetime.datetime.now().timestamp() * 1e9 - state[0][2] < FRESH or state_of([path]) != state:
                together.update(found.encode())
                continue
            replace_file(memo, found.encode())
        together.update(memo.read_bytes())
    return together.hexdigest()


@functools.cache
def _program() -> str:
    """A digest of the code that gives numbers: what another version kept is not used."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def name(text: str) -> str:
    """A name in SQL."""
    return '"' + text.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(map(literal, texts))


class _Sql(NamedTuple):
    """A column in SQL: its cells as text (NULL where blank), typed as in `Table.frame`, and whether they are surely right."""

    cell: str
    value: str
    sure: str


def _column(field: FieldOf, stored_as: str, resource: Resource, knows: Callable[[str], bool]) -> _Sql:
    """A column of the table by the type that it has in the file. `knows`: whether the engine can match a pattern."""
    raw, kind = name(field.name), stored_as.partition("(")[0]
    cell = f"CASE WHEN CAST({raw} AS VARCHAR) IN ({_listed(resource.schema_.missingValues)}) THEN NULL ELSE CAST({raw} AS VARCHAR) END"
    if kind == "VARCHAR" and resource.schema_.missingValues == ("",):  # the same, which the engine computes faster
        cell = f"nullif({raw}, '')"
    rules = field.constraints
    if field.kind in NUMBERS:
        fits = kind in (NUMERIC if field.kind == "number" else INTEGERS)
        value = f"CAST({raw} AS DOUBLE)" if fits else f"TRY_CAST({cell} AS DOUBLE)"
        sure = f"abs({value}) < 1e15" + ("" if fits else f" AND {_matches(cell, FORMS[field.kind][0])} AND length({cell}) <= 15")
        sure += f" AND {value} BETWEEN 1000 AND 9999" * (field.kind == "year")
    elif field.kind == "date":
        fits = kind == "DATE" or kind.startswith("TIMESTAMP")
        day = f"CAST({raw} AS DATE)" if fits else f"TRY_CAST({cell} AS DATE)"
        value, sure = f"CAST({day} AS TIMESTAMP)", f"year({day}) BETWEEN 1000 AND 9999"
        sure += "" if fits and field.type == "datetime" else f" AND {raw} = {day}" if fits else f" AND {_matches(cell, FORMS['date'][0])}"
    elif field.kind == "boolean":
        yes, no = (_listed(texts) for texts in (field.trueValues, field.falseValues))
        value = f"CASE WHEN {cell} IN ({yes}) THEN 'true' WHEN {cell} IN ({no}) THEN 'false' ELSE '' END"
        sure = f"{cell} IN ({yes}, {no})"
    else:
        is_list = field.name in resource.relations.lists
        is_known = not rules.pattern or knows(rules.pattern)
        sure = _matches(cell, PLAIN) if field.kind == "string" and not is_list and is_known else "FALSE"
        sure += f" AND {_matches(cell, rules.pattern)}" if rules.pattern and is_known else ""
        is_bare = (rules.required or field.name in resource.schema_.primaryKey) and kind == "VARCHAR"
        value = raw if is_bare else f"coalesce({cell}, '')"
    for limit, sign in ((rules.minimum, ">="), (rules.maximum, "<=")):
        sure += "" if limit is None else f" AND {value} {sign} {literal(str(limit)) if field.kind == 'date' else float(limit)}"
    if rules.enum or (resource.relations.status and resource.relations.status.column == field.name):
        sure = "FALSE"
    return _Sql(cell, value, sure)


def _matches(cell: str, pattern: str) -> str:
    return f"regexp_full_match({cell}, {literal(pattern)})"


class DuckStore:
    """The rows of a table in files that DuckDB reads; see `nouns.series.Store`. `files`: those that are read when something is asked."""

    def __init__(self, connection: Any, resource: Resource, files: Sequence[Path], key: str, found: Mapping[str, Any]) -> None:
        self._connection, self._resource, self._files, self._state = connection, resource, files, state_of(files)
        self.key, self.rows = key, int(found["rows"])
        self.first, self.last = (datetime.date.fromisoformat(found[one]) for one in ("first", "last"))

    def _ask(self, sql: str) -> Any:
        """A relation of a cursor of its own, since threads may not share one. ProblemsFound where the files have changed."""
        self._check()
        return self._connection.cursor().sql(sql)

    def _check(self) -> None:
        try:
            same = state_of(self._files) == self._state
        except OSError:
            same = False
        if not same:
            hint = "ask again: the new files are read in a moment"
            raise refused(fault("not-in-store/changed", hint=hint, table=self._resource.name), Place(self._resource.path))

    def lines(self) -> "nw.LazyFrame[Any]":
        """The rows with the columns of `Table.frame`, computed when they are collected."""
        return nw.from_native(self._ask("SELECT * FROM lines")).lazy()

    def counts(self, column: str) -> pd.Series:
        """The different cells of a column, as text, and the number of rows that have each; blanks are left out."""
        cell = f"CAST({name(column)} AS VARCHAR)"
        sql = f"SELECT {cell} AS cell, count(*) AS n FROM lines WHERE {cell} <> '' GROUP BY 1 ORDER BY 1"
        found = self.recalled(f"counts {column}", lambda: self._ask(sql).df())
        return pd.Series(found["n"].to_numpy(dtype="int64"), index=pd.Index(found["cell"], dtype="str"))

    def found(self, ids: Sequence[str]) -> pd.DataFrame:
        """The rows with these ids, as `Table.frame` has them."""
        keys, columns = self._resource.schema_.primaryKey, [name(field.name) for field in self._resource.schema_.fields]
        prefix = len(self._resource.name) + 1
        # By the column itself, where it is one, so that parts of files without these keys are not read.
        column, sought = (keys[0], [one[prefix:] for one in ids]) if len(keys) == 1 else (ROW, ids)
        where = f"{name(column)} IN ({_listed(sought)})"
        own = ", ".join([*columns, *map(name, (ROW, DAY, MONTH, PRECISION, DAY_DATED, STATUS))])
        found = self._ask(f"SELECT {own} FROM lines WHERE {where if ids else 'FALSE'}").df()
        return found[found[ROW].isin(ids)]

    def page(self, lines: "nw.LazyFrame[Any]", start: int, count: int) -> tuple[str, ...]:
        """Ids of some lines, from a place on, in the order of the files."""
        self._check()
        return tuple(nw.to_native(lines.select(ROW)).limit(count, start).df()[ROW])

    def recalled(self, name: str, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """A small frame under a name, computed once for these rows and kept."""
        path = kept_in() / f"result-{hashlib.sha256(f'{self.key} {name}'.encode()).hexdigest()}.json"
        if not path.exists():
            found = compute()
            self._check()
            replace_file(path, json.dumps({str(column): found[column].tolist() for column in found}, default=str).encode())
        return pd.DataFrame(json.loads(path.read_bytes()))


def read_stored(root: Path, folder: str, descriptor: Descriptor, report: Report) -> Table | None:
    """The table, or None with its problems reported. Its rows stay in the files."""
    resource, place = descriptor.resource, descriptor.file.place(("path",))
    problems = list[Problem]()
    try:
        import duckdb
    except ImportError:
        hint = "install it: pip install 'relations-health[scale]', or give the table engine: pandas if it is a CSV that fits into memory"
        report(fault("engine-missing", hint=hint, path=resource.path).at(place))
        return None
    files = files_in(root, folder, resource)
    outside = [one for file in files for one in path_faults(root, ".", file.relative_to(root).as_posix())]
    missing = [file for file in files if not file.is_file()] or ([] if files else [root / folder / resource.path])
    problems += [one.at(place) for one in outside]
    problems += [fault("missing-file", hint="correct the path", path=file.relative_to(root).as_posix()).at(place) for file in missing]
    store = None
    if not problems:
        try:
            store = _opened(duckdb.connect(config=SETTINGS | {"temp_directory": str(kept_in())}), root, files, descriptor, problems.append)
        except (duckdb.Error, OSError) as e:
            reason = str(e).partition("\n")[0]
            problems.append(fault("not-in-store/unread", hint="write the file again", reason=reason).at(Place(f"{folder}/{resource.path}")))
    for problem in problems:
        report(problem)
    if store is None or problems:
        return None
    frame: Any = NotInMemory(resource.name)
    return Table(resource, frame, (), digest=digest_of(files), store=store)


def _opened(connection: Any, root: Path, files: list[Path], descriptor: Descriptor, report: Report) -> DuckStore | None:
    """The store of a table that is right; None with its problems reported."""
    resource = descriptor.resource
    about = f"{digest_of(files)} {resource.model_dump_json()} {_program()}"
    key = hashlib.sha256(about.encode()).hexdigest()
    memo, is_csv = kept_in() / f"checked-{key}.json", files[0].suffix == ".csv"
    typed = kept_in() / f"typed-{key}.parquet"
    if not memo.exists() or (is_csv and not typed.exists()):
        columns = _described(connection, root, files, descriptor, report)
        if columns is None or not _is_right(connection, columns, descriptor, root, files, report):
            return None
        _place(connection, columns, resource)
        if is_csv:
            part = typed.with_suffix(f".{os.getpid()}")
            connection.execute(f"COPY lines TO {literal(str(part))} (FORMAT parquet, COMPRESSION zstd)")
            part.replace(typed)
        found = connection.execute(f"SELECT count(*), min({name(DAY)}), max({name(DAY)}) FROM lines").fetchone()
        _tidy()
        replace_file(memo, json.dumps({"rows": found[0], "first": f"{found[1]:%Y-%m-%d}", "last": f"{found[2]:%Y-%m-%d}"}).encode())
    if is_csv:
        connection.execute("DROP VIEW IF EXISTS lines; DROP TABLE IF EXISTS raw")
        connection.execute(f"CREATE VIEW lines AS SELECT * FROM read_parquet({literal(str(typed))})")
    elif not connection.execute("SELECT count(*) FROM duckdb_views() WHERE view_name = 'lines'").fetchone()[0]:
        columns = _described(connection, root, files, descriptor, report)
        if columns is None:
            return None
        _place(connection, columns, resource)
    return DuckStore(connection, resource, [typed] if is_csv else files, key, json.loads(memo.read_bytes()))


def _described(connection: Any, root: Path, files: list[Path], descriptor: Descriptor, report: Report) -> dict[str, _Sql] | None:
    """The columns of the files as a view `raw`, with @file and @line of each row; None where they are not those described."""
    resource = descriptor.resource
    if files[0].suffix == ".csv":
        options = f"all_varchar = true, header = true, delim = {literal(resource.dialect.separator)}, quote = '\"', escape = '\"'"
        options += ", strict_mode = true, null_padding = false, nullstr = ''"
        parts = [
            f'SELECT *, {literal(file.relative_to(root).as_posix())} AS "@file", 1 + row_number() OVER () AS "@line" '
            f"FROM read_csv({literal(str(file))}, {options})"
            for file in files
        ]
        connection.execute(f"CREATE OR REPLACE TABLE raw AS {' UNION ALL BY NAME '.join(parts)}")
    else:
        listed = f"[{_listed([str(file) for file in files])}]"
        is_split = any("=" in part for file in files for part in file.relative_to(root).parts[:-1])
        options = f"filename = '@file', file_row_number = true, hive_partitioning = {is_split}"
        options += ", hive_types_autocast = false" * is_split
        renamed = 'SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS "@line"'
        connection.execute(f"CREATE OR REPLACE VIEW raw AS {renamed} FROM read_parquet({listed}, {options})")
    kinds = {row[0]: row[1] for row in connection.execute("DESCRIBE raw").fetchall() if not row[0].startswith("@")}
    header, wanted = list(kinds), list(resource.columns)
    described = [column for column in header if column in wanted]
    wrong, names = header_faults(described if described and resource.schema_.fieldsMatch == "subset" else header, descriptor)
    place = Place(files[0].relative_to(root).as_posix(), 1)
    found = [one.at(place) for one in (*wrong, *column_list_faults(names, descriptor))]
    for problem in found:
        report(problem)
    if found or set(wanted) - set(header):
        return None
    knows = functools.partial(_knows, connection)
    return {field.name: _column(field, kinds[field.name], resource, knows) for field in resource.schema_.fields}


def _knows(connection: Any, pattern: str) -> bool:
    """Whether the engine can match a pattern: its language is a little smaller than that of descriptors."""
    try:
        connection.execute(f"SELECT {_matches(literal(''), pattern)}")
    except Exception:  # whatever it does not know is looked at in Python
        return False
    return True


def _place(connection: Any, columns: Mapping[str, _Sql], resource: Resource) -> None:
    """The view `lines`: the columns of `Table.frame`."""
    relations, days = resource.relations, {name for name, field in resource.columns.items() if field.kind == "date"}
    assert relations.time
    day = columns[relations.time.start].value
    parts = [f"CAST(CAST({columns[k].value} AS DATE) AS VARCHAR)" if k in days else columns[k].cell for k in resource.schema_.primaryKey]
    status = relations.status
    letters = [f"WHEN {literal(code)} THEN {literal(letter)}" for code, letter in status.map.items()] if status else []
    values = {column: one.value for column, one in columns.items()} | {
        ROW: f"{literal(resource.name + ':')} || {(' || ' + literal('|') + ' || ').join(parts)}",
        DAY: day,
        MONTH: f"year({day}) * 12 + month({day}) - 1",
        ORDINAL: f"date_diff('day', DATE '1970-01-01', CAST({day} AS DATE)) + {EPOCH}",
        PRECISION: "'day'",
        DAY_DATED: "TRUE",
        STATUS: f"CASE {columns[status.column].value} {' '.join(letters)} ELSE 'A' END" if status and letters else "'A'",
    }
    selected = ", ".join(f"{value} AS {name(column)}" for column, value in values.items())
    connection.execute(f"CREATE OR REPLACE VIEW lines AS SELECT {selected} FROM raw")


# ---- checks ----


def _is_right(
    connection: Any, columns: Mapping[str, _Sql], descriptor: Descriptor, root: Path, files: Sequence[Path], report: Report
) -> bool:
    """Whether all cells, keys and unique columns are right; reports what is not."""
    resource = descriptor.resource
    problems = [one for field in resource.schema_.fields for one in _cell_problems(connection, columns, field, descriptor, root)]
    unique = [(f.name,) for f in resource.schema_.fields if f.constraints.unique and (f.name,) != resource.schema_.primaryKey]
    for key in (resource.schema_.primaryKey, *unique):
        problems += _key_problems(connection, columns, key, root)
    if not connection.execute("SELECT count(*) FROM raw").fetchone()[0]:
        hint = f"it has no rows; {descriptor.file.place(('path',))} names it"
        problems.append(fault("empty-file", hint=hint).at(Place(files[0].relative_to(root).as_posix())))
    for problem in problems:
        report(problem)
    return not problems


def _cell_problems(connection: Any, columns: Mapping[str, _Sql], field: FieldOf, descriptor: Descriptor, root: Path) -> Iterator[Problem]:
    """What is wrong with the cells of a column: those that are not surely right are looked at as those of tables in memory are."""
    cell, _, sure = columns[field.name]
    sql = f"""SELECT {cell} AS cell, min("@line") AS line, arg_min("@file", "@line") AS file FROM raw
        WHERE ({cell}) IS NULL OR NOT coalesce({sure}, FALSE) GROUP BY 1 ORDER BY line"""
    asked = connection.execute(sql)
    resource = descriptor.resource
    alone = resource.model_copy(update={"schema_": resource.schema_.model_copy(update={"fields": (field,)})})
    while rows := asked.fetchmany(AT_ONCE):
        frame = pd.DataFrame({field.name: ["" if text is None else text for text, _, _ in rows]}, dtype="str")
        read, odd = in_standard_form(frame, alone)
        files = tuple(_relative(file, root) for _, _, file in rows)
        cells = Cells(files[0], read, tuple(line for _, line, _ in rows), True, files=files, odd=odd)
        yield from column_problems(cells, descriptor, None, (field,))


def _relative(file: str, root: Path) -> str:
    path = Path(file)
    return path.relative_to(root).as_posix() if path.is_absolute() and path.is_relative_to(root) else file


def _key_problems(connection: Any, columns: Mapping[str, _Sql], key: Sequence[str], root: Path) -> Iterator[Problem]:
    """Rows whose key appears in an earlier row; blanks of a unique column are no key."""
    cells = [columns[column].value if columns[column].value.startswith("CAST(") else columns[column].cell for column in key]
    blank = " OR ".join(f"({columns[column].cell}) IS NULL" for column in key)
    passes = 1 + connection.execute("SELECT count(*) FROM raw").fetchone()[0] // KEYS
    twice, number = list[tuple[Any, ...]](), 0
    for n in range(passes):
        own = f"NOT ({blank})" + f" AND hash({', '.join(cells)}) % {passes} = {n}" * (passes > 1)
        several = f"SELECT {', '.join(cells)} FROM raw WHERE {own} GROUP BY ALL HAVING count(*) > 1"
        found = connection.execute(f"SELECT *, count(*) OVER () FROM ({several}) LIMIT {SHOWN}").fetchall()
        twice, number = [*twice, *(row[:-1] for row in found)], number + (found[0][-1] if found else 0)
    for n, values in enumerate(twice[:SHOWN], 1):
        where = " AND ".join(f"{cell} = ?" for cell in cells)
        rows = connection.execute(f'SELECT "@file", "@line" FROM raw WHERE {where} ORDER BY 1, 2 LIMIT 2', list(values)).fetchall()
        (one, first), (other, second) = ((_relative(file, root), line) for file, line in rows)
        hint = "remove one of the rows, or correct the key; if both are meant, add a column to the key that tells them apart"
        shown = quoted("|".join(f"{value:.15g}" if isinstance(value, float) else str(value) for value in values))
        line = first if one == other else f"{first} of {one}"
        wrong: Fault = fault("duplicate-key/row", hint=hint, key=shown, columns=", ".join(key), line=line)
        yield wrong.with_rest(number - SHOWN if n == SHOWN else 0).at(Place(other, second))
