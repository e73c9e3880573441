"""Forces and resources: where they are, which are nearest, who was sent where, and what the crew does."""
