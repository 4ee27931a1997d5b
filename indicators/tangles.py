"""Indicators that are combined from indicators: circles, and heaps that grow with each layer."""

from collections.abc import Mapping

MOST_PARTS, DEEPEST = 100, 20
"""Each part is computed as often as it is read: ten layers that each add the one below to itself are a thousand parts."""
Parts = Mapping[str, list[str]]


def circle(start: str, parts: Parts) -> list[str]:
    """The shortest way from an indicator through its parts back to itself, itself first; empty where there is none.

    >>> circle("a", {"a": ["b", "c"], "b": ["c"], "c": ["a"]})
    ['a', 'c']
    """
    before: dict[str, str] = {}
    todo = [start]
    for name in todo:
        for part in parts[name]:
            if part not in before:
                before[part] = name
                todo.append(part)
    path = [before[start]] if start in before else []
    while path and path[-1] != start:
        path.append(before[path[-1]])
    return path[::-1]


def heavy(parts: Parts) -> set[str]:
    """Indicators with more than `MOST_PARTS` parts, counted as often as they are read, or in more than `DEEPEST` layers.

    >>> heavy({"a": [], **{letter: [below] * 4 for letter, below in zip("bcde", "abcd")}}) == {"e"}
    True
    """
    counts, found = dict.fromkeys(parts, 0), set()
    for layer in range(DEEPEST + 2):
        grown = {name: min(sum(1 + counts[part] for part in of), MOST_PARTS + 1) for name, of in parts.items()}
        found = {name for name in parts if grown[name] > MOST_PARTS or (layer > DEEPEST and grown[name] != counts[name])}
        counts = grown
    return found
