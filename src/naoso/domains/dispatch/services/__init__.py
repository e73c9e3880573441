"""Writes of dispatch, one verb each."""
