"""From the stream to committed rows; quarantine for the rest."""
