"""Screens and addresses of SOS calls."""
