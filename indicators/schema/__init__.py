"""What editors are shown: JSON Schemas of the project's YAML files."""
