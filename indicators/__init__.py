"""Reading, checking and computing: from definitions and tables to numbers that know their rows, coverage and vintage."""
