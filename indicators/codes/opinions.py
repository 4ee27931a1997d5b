"""Codes of opinions: what is right by its form and doubtful all the same. `excuses` may name these, and no others."""

from indicators.codes.nouns import COURT, Code

ANNOTATIONS, CANNONADES = "data/annotations.csv", "data/cannonades.resource.yaml"

ON_DEFINITIONS = (
    Code(
        "empty-selection",
        "A filter lets no row through; the part that removes the last of them is named.",
        "Loosen the filter, or correct a code in it.",
        COURT,
        "    where: {kind: duel, office: crown}",
        "    where: {kind: duel}",
        "warning",
    ),
    Code(
        "where-removes-nothing",
        "A condition that is there to leave rows out leaves none out: without it the same rows are selected.",
        "Leave it out, or correct a code in it; excuse one that guards against rows to come.",
        COURT,
        "    where: {kind: duel, level: {not: sovereign}}",
        "    where: {kind: duel}",
        "warning",
    ),
    Code(
        "coverage-too-narrow",
        "An indicator selects rows that none of the categories it names has graded.",
        "Name a category that grades these rows too, or narrow the filter.",
        COURT,
        "    coverage: waltzes\n    frequency: monthly",
        "    coverage: duels\n    frequency: monthly",
        "warning",
    ),
    Code(
        "never-comparable",
        "No period of an indicator, of any length, is complete or nearly so in the window: none is ever compared.",
        "Grade the category anew where a source allows it, or name another; excuse it where nobody keeps a full list.",
        CANNONADES,
        "level: partial, found: 10, basis: a guard who sleeps",
        "level: complete, found: 10, basis: a guard who does not sleep",
        "warning",
    ),
    Code(
        "graded-too-coarse",
        "The categories are graded for longer periods than those of the indicator, so that none of these can be compared.",
        "Set frequency to the one that is named, or name a category that is graded more finely.",
        COURT,
        "    frequency: half-yearly\n    reduce: count\n    unit: slights",
        "    frequency: annual\n    reduce: count\n    unit: slights",
        "warning",
    ),
    Code(
        "graded-too-short",
        "The categories are complete for less than any whole period of the indicator, so that none can be compared.",
        "Set frequency to the one that is named, or name a category that is complete for longer.",
        COURT,
        "    coverage: all_acts\n    frequency: annual",
        "    coverage: duels\n    frequency: monthly",
        "warning",
    ),
    Code(
        "counts-too-short",
        "A counting rule has fewer than four words, or only repeats the title; it is printed on the chart.",
        "Say what counts and what is left out.",
        COURT,
        "    counts: Duels.",
        "    counts: Mornings in the meadow.",
        "warning",
    ),
    Code(
        "counts-not-changed",
        "A variant counts something else than its indicator and prints the same counting rule.",
        "Give the variant a rule of its own.",
        COURT,
        "      with_ministers:\n        where:",
        "      with_ministers:\n        counts: Also counts the meetings of the two foreign ministers.\n        where:",
        "warning",
    ),
    Code(
        "counts-shared",
        "Two definitions have one counting rule and do not count the same.",
        "Say in one of them, or in both, what sets it apart.",
        COURT,
        "    counts: Dances in public of which the dance cards survive.\n    table: envoys\n    where: {kind: duel}",
        "    counts: Mornings in the meadow.\n    table: envoys\n    where: {kind: duel}",
        "warning",
    ),
    Code(
        "unit-without-noun",
        "A unit says how something is measured but not what: per cent, number, index, 12 months.",
        "Add the noun: per cent of respondents, share of meetings, meetings in 12 months.",
        COURT,
        "    unit: number",
        "    unit: duels",
        "warning",
    ),
)
"""Of an indicator or a variant."""

ON_ANNOTATIONS = (
    Code(
        "annotation-out-of-time",
        "An annotation lies before any chart that takes it begins, however wide its window.",
        "Correct its date, or remove it; relations.excuses in the table's descriptor excuses a row.",
        ANNOTATIONS,
        "1796-03-01,,The toll book",
        "1896-03-01,,The toll book",
        "warning",
    ),
    Code(
        "annotation-without-chart",
        "No indicator has a scope that an annotation names, so that no chart takes it.",
        "Correct the scope, or name it under annotations in a definition.",
        ANNOTATIONS,
        "no more at the gate.,opera",
        "no more at the gate.,roads",
        "warning",
    ),
)
"""Of a row of the table of annotations."""

OPINIONS = (
    *ON_DEFINITIONS,
    *ON_ANNOTATIONS,
    Code(
        "excuse-unused",
        "An excuse stands where there is nothing to excuse: the opinion that it names finds nothing.",
        "Remove the excuse; where a variant says excuses itself, it takes over none.",
        COURT,
        "    unit: duels\n    excuses: {unit-without-noun: Everybody knows what a duel is.}",
        "    unit: duels",
        "warning",
    ),
    Code(
        "unknown-excuse",
        "An excuse names no opinion: there is none of this name, or it is an error, which nothing excuses.",
        "Take the nearest guess; an error is mended.",
        COURT,
        "    unit: per cent\n    excuses: {unit-without-nuon: Everybody knows of what.}",
        "    unit: per cent\n    excuses: {unit-without-noun: Everybody knows of what.}",
        instead="    unit: duels",
    ),
)
"""All of these, and what can be wrong with excuses."""
