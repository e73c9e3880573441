"""Who hears of what, over which channel, and whether it arrived."""
