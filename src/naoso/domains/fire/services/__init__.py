"""What people do with premises: each verb checks, writes, leaves a trail, tells open pages."""
