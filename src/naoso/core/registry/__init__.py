"""Sources and the things of the city."""
