"""Pages about people: parse, call, render."""
