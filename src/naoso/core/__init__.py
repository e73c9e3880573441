"""What every system of the city shares: people, places, things, readings, alerts, incidents."""
