"""The commands of `relations`, a module each, named as it is typed."""
