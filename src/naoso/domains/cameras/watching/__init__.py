"""Health of cameras: every half minute each is asked for one picture, which is judged and written down."""
