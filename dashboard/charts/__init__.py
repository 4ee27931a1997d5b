"""From a view to its figure: what is drawn, then how."""
