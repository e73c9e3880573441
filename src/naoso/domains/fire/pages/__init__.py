"""Pages of fire safety."""
