"""RTSP 1.0 (RFC 2326) over one TCP connection: ask a camera for its picture, and be one for tests."""

from naoso.connectors.rtsp.address import Credentials, split_credentials
from naoso.connectors.rtsp.client import Stream, watch
from naoso.connectors.rtsp.errors import Fault, RtspError
from naoso.connectors.rtsp.frames import AccessUnit, Track
from naoso.connectors.rtsp.probing import Probe, probe

__all__ = [
    "AccessUnit", "Credentials", "Fault", "Probe", "RtspError", "Stream", "Track", "probe",
    "split_credentials", "watch",
]  # fmt: skip
