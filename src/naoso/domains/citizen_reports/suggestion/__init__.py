"""Text and place → category: learned from the centre's own closed reports."""
