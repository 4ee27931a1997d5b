"""Warnings: what is right by its form and probably not meant. `run` has the table of all of them."""
