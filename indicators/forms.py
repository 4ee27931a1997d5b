"""The form of a cell: regular expressions that cannot take long, whatever they say and whatever the cell holds."""

from collections.abc import Callable

from pydantic_core import SchemaError, SchemaValidator, core_schema

LONGEST_PATTERN, LONGEST_CELL = 500, 10_000
"""Letters. A longer cell has no form."""


def form_of(pattern: str) -> Callable[[str], bool]:
    """Whether a whole cell has the form; ValueError, with the way out behind a semicolon, where the pattern cannot be read.

    Rust's engine, which pydantic brings: its time grows with the cell's length, never with the powers of it as that of
    Python's own does for `(a+)+`. In return there are no references back and no looking around.

    >>> form_of("e-[0-9]+")("e-12"), form_of("e-[0-9]+")("e-12b"), form_of("(a+)+")("a" * 50 + "!")
    (True, False, False)
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"a pattern of {len(pattern)} letters is not read; at most {LONGEST_PATTERN} are")
    try:
        checked = SchemaValidator(core_schema.str_schema(pattern=f"^(?:{pattern})$", regex_engine="rust-regex", strict=True))
    except SchemaError as e:
        said = str(e).rpartition("error: ")[2].strip() or "it is no regular expression"
        raise ValueError(f"the pattern {pattern!r} cannot be read: {said}; write a regular expression without looking around") from None
    return lambda cell: len(cell) <= LONGEST_CELL and checked.isinstance_python(cell)
