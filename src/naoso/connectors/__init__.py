"""Bytes of the outside world to frozen types and back, one folder per protocol."""
