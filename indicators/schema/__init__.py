"""JSON Schema (draft-07) of the files that people write, made from nouns, signatures and docstrings, for editors."""
