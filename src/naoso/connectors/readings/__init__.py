"""Readings as devices and systems write them: JSON, SenML, NDJSON, CSV → frozen types."""
