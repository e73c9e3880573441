"""The plain-Python ground that every other part stands on: no Django, no I/O."""
