"""Codes of definitions that do not hold together."""

from indicators.codes.nouns import COURT, CROWD, ROADS, Code

DEFINITIONS = (
    Code(
        "two-ways",
        "Two ways are chosen where one is needed: a table and combine, two operations, a chart that is split and compared.",
        "Leave one of the two out.",
        COURT,
        "    combine: {difference: {of: audiences, minus: duels}}\n    table: envoys",
        "    combine: {difference: {of: audiences, minus: duels}}",
    ),
    Code(
        "no-table",
        "where, coverage or breakdown is given to an indicator that is combined from others and has no rows of its own.",
        "Put it into the parts.",
        COURT,
        "    combine: {difference: {of: audiences, minus: duels}}\n    where: {kind: duel}",
        "    combine: {difference: {of: audiences, minus: duels}}",
    ),
    Code(
        "no-direction",
        "An indicator without a direction has a score; nobody can say which end is better.",
        "Say which way is better, or remove normalise.",
        COURT,
        "    unit: topics\n    direction: none\n    normalise: {goalposts: {low: 0, high: 3}}",
        "    unit: topics\n    direction: lower is better\n    normalise: {goalposts: {low: 0, high: 3}}",
        instead="    unit: topics\n    direction: none",
    ),
    Code(
        "cycle",
        "Indicators are combined from each other in a circle; all places are named.",
        "Make one of them from a table.",
        COURT,
        "    combine: {difference: {of: warmth, minus: duels}}",
        "    combine: {difference: {of: audiences, minus: duels}}",
    ),
    Code(
        "too-many-parts",
        "An indicator rests on more than 100 parts, each counted as often as it is read, or in more than 20 layers.",
        "Make a sum from the table, or combine fewer parts.",
        COURT,
        "    combine: {sum: {of: [" + "audiences, " * 101 + "duels]}}",
        "    combine: {difference: {of: audiences, minus: duels}}",
    ),
    Code(
        "reference-table",
        "An indicator asks a table that is there for reference: it has no time to count by.",
        "Ask a table of events or observations, or change kind in its descriptor and name its column of dates.",
        CROWD,
        "    table: annotations",
        "    table: polls",
    ),
    Code(
        "frequency-too-fine",
        "An indicator is asked for at a frequency finer than its dates, or than its window.",
        "Take one of the frequencies that are possible.",
        ROADS,
        "    where: {origin: ALL, destination: GRA}\n    frequency: daily",
        "    where: {origin: ALL, destination: GRA}\n    frequency: monthly",
    ),
    Code(
        "part-too-coarse",
        "A part of a combination cannot be had at the frequency of the whole.",
        "Ask the whole at a frequency that all parts have.",
        ROADS,
        "    combine: {ratio: {of: ruritanians_in_graustark, to: travellers_in_graustark}}\n    frequency: daily",
        "    combine: {ratio: {of: ruritanians_in_graustark, to: travellers_in_graustark}}\n    frequency: monthly",
    ),
    Code(
        "no-categories",
        "coverage is given where a table of observations is asked; a period is covered there where its row exists.",
        "Remove coverage; at_least says how many rows a mean needs.",
        ROADS,
        "    where: {origin: ALL, destination: GRA}\n    coverage: gates",
        "    where: {origin: ALL, destination: GRA}",
    ),
)
