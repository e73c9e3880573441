"""One folder per system of the city; each declares itself in its module.py."""
