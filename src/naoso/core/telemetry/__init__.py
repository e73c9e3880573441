"""Series, readings, latest values, rollups."""
