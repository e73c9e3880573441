"""Street lighting: lamps that hang on cabinets, commands with acknowledgement, schedules, outages."""
