"""Pages of city objects; each module keeps its own addresses."""
