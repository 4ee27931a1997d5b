"""Opinions about definitions and notes that are right by their form: small generators, listed in `indicators.audit`."""
