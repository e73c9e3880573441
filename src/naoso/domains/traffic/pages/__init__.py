"""Pages of traffic."""
