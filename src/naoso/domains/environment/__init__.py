"""Air quality: stations, readings, the index, the limits."""
