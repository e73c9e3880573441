"""Background jobs: who runs them, and what becomes of those whose worker died."""
