"""Sensors of danger: rivers, rain, forests, slopes."""
