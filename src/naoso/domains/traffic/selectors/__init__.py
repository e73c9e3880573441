"""Reads of traffic, each within somebody's scope."""
