"""From a file as statistics offices publish it to a tidy table and its descriptor: grids, layout, columns, proposal, newer files."""
