"""HTTP to addresses that people typed: never into our own network unless the settings allow it."""
