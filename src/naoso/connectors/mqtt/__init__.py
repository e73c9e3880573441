"""MQTT as devices speak it."""
