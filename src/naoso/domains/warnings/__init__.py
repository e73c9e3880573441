"""Warnings to the public: written, approved by a second person, published as CAP, pushed by area."""
