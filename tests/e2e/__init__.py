"""A whole centre, started by its own command, seen through a real browser."""
