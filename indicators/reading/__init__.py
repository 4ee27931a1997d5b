"""From files to checked nouns: YAML, tables, descriptors, definitions, and the project as a whole."""
