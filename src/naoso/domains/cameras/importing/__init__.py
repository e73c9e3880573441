"""Cameras from a table: read and judged line by line, shown, and only then written.

A table of cameras holds passwords. Between the look and the writing it lies sealed, for an hour, and what is
shown of it never holds one.
"""
