"""Numbers, definitions and differences in English."""
