"""From a project to its numbers: rows, coverage, what a value is worth, change, provenance."""
