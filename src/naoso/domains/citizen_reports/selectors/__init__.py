"""Reads of reports, by the room that asks."""
