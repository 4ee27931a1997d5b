"""What every problem code means, with a bad example and the good one: the texts of `relations help CODE`, in one place."""
