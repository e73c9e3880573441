"""Kinds of city objects that need nothing but a declaration."""
