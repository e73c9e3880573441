"""Writes of traffic: one verb each."""
