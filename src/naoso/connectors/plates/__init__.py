"""A camera's picture → Vietnamese number plates, by two readers that have to agree.

`PlateReader` reads a picture, `LiveReader` the pictures of one camera, `passages_of` a film. The networks are
loaded at the first picture, once for a process.
"""

from __future__ import annotations

from naoso.connectors.plates.lanes import Lane
from naoso.connectors.plates.live import Frame, LiveReader, Passage, passages_of
from naoso.connectors.plates.pictures import frames_of, pixels_of
from naoso.connectors.plates.reading import PlateReader
from naoso.connectors.plates.seen import Box, PlateSeen, Vehicle
from naoso.connectors.plates.tracks import Direction

__all__ = [
    "Box",
    "Direction",
    "Frame",
    "Lane",
    "LiveReader",
    "Passage",
    "PlateReader",
    "PlateSeen",
    "Vehicle",
    "frames_of",
    "passages_of",
    "pixels_of",
]
