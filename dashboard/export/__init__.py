"""Pictures as files: the same figure as on the page, with its record inside. One file for each part of the work."""
