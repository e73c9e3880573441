"""City objects: kinds, the objects themselves, their history, and the tiles that show them all."""
