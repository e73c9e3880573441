"""Measurements on servers of their own; each `run` prints JSON lines and tells whether all was reached."""
