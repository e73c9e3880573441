"""Number plates on the road: passages, lists, hits, checks, journeys, sections, flows, operations."""
