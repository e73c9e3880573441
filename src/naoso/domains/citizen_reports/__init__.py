"""What citizens report, who answers, and what came of it."""
