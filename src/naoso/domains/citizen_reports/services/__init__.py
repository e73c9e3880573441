"""What happens to reports: one verb each, by the room that it belongs to."""
