"""Vector tiles of city objects: cells that count at every zoom, the objects themselves from zoom 16 on."""
