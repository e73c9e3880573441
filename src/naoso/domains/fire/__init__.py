"""Fire safety of listed premises: who answers, what hangs there, what it tells."""
