"""`Series` to figures: plain dicts, pure functions. One file for each part of a chart's anatomy."""
