"""The `naoso` command: start, stop, look after and measure a centre."""
