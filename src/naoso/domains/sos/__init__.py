"""Calls for help: one held button, a position that goes on moving, an operator who has seen it."""
