"""What things are: what files say and what is computed from them, all frozen."""
