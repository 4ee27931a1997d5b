"""Reference lines and thresholds: whether an indicator can ever be there."""

import math
from collections.abc import Iterator

from indicators.nouns.definition import Definition
from indicators.nouns.vocabulary import scale_of
from indicators.problems import Fault, fault


def height_faults(definition: Definition) -> Iterator[Fault]:
    """Reference lines at values that the indicator can never have, and thresholds that all of its values are on one side of."""
    low, high = _range(definition)
    hint = f"the unit is {definition.unit!r}: write {'no less than 0' if high == math.inf else f'0 to {high:g}'}"
    for n, line in enumerate(definition.lines):
        for key, value in (("value", line.value), ("low", line.low), ("high", line.high)):
            if value is not None and not low <= value <= high:
                yield fault("wrong-value/line-out-of-range", "lines", n, key, hint=hint, key=key, value=value)
    bound = definition.bound
    low = max(low, -math.inf if bound is None or bound.low is None else bound.low)
    high = min(high, math.inf if bound is None or bound.high is None else bound.high)
    for which, value in definition.alert.given.items() if definition.alert else ():
        if not (low <= value < high if which == "above" else low < value <= high):
            ends = " ".join(f"{word} {end:g}" for word, end in (("from", low), ("to", high)) if math.isfinite(end))
            hint = f"the unit is {definition.unit!r}, and values run {ends}"
            yield fault("wrong-value/threshold-out-of-range", "alert", which, hint=hint, key=which, value=value)


def _range(definition: Definition) -> tuple[float, float]:
    """The least and the most that a value can be, as far as the unit and the calculation show it."""
    whole = {"share": 1.0, "per cent": 100.0}.get(scale_of(definition.unit))
    of_rows = bool(definition.reduce and "of" not in definition.reduce.parameters)  # numbers of rows, and days between them
    if definition.transform or not (of_rows or (whole and not definition.combine)):
        return -math.inf, math.inf
    return 0.0, whole or math.inf
