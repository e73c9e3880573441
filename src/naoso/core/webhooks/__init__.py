"""What other systems hear from this centre: signed, retried, and to be read in a log."""
