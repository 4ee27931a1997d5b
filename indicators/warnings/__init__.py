"""Warnings about what is valid but probably not meant. `run` has the table of all warnings."""
