"""The words of a definition: conditions of `where`, reducers, transforms, combinations, normalisations."""
