"""The process that holds one connection to each camera that is watched or recorded."""
