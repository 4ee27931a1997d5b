"""Opinions about good files, each beside the file that it is about."""
