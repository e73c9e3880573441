"""Events that leave after commit, in order, at least once."""
