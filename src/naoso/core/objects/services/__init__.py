"""Writes of city objects: one verb each; check, write, emit. The database audits."""
