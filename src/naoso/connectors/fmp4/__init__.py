"""Fragmented MP4 (ISO/IEC 14496-12) from pictures that are encoded already: nothing is transcoded."""

from naoso.connectors.fmp4.boxes import DURATION_AT, Sample, fragment, header
from naoso.connectors.fmp4.parameters import Picture, describe

__all__ = ["DURATION_AT", "Picture", "Sample", "describe", "fragment", "header"]
