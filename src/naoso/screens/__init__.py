"""The operations map, the wall, search: read only."""
