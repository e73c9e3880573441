"""What machines speak with the centre."""
