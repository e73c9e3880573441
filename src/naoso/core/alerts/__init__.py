"""Rules and the alerts that their findings become."""
