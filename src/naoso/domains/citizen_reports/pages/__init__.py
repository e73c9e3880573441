"""Screens of citizen reports; each room keeps its own addresses."""
