"""What plate readers send: one passage or a list of them in JSON → frozen sightings.

Our own reader's form is the default mapping; readers of other makers are told by JSON pointers (RFC 6901)
and by words for words, so that a new one needs a row of settings and no code.
"""

from naoso.connectors.platereader.reading import parse
from naoso.connectors.platereader.types import OWN, Mapping, Reading, Sighting, Sightings, pointer_fault

__all__ = ["OWN", "Mapping", "Reading", "Sighting", "Sightings", "parse", "pointer_fault"]
