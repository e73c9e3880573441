"""ONVIF (Profile S): find devices, ask who they are and what pictures they give, turn them."""

from naoso.connectors.onvif.client import Known, OnvifCamera
from naoso.connectors.onvif.device import Device, Position, Preset, Profile, at_device, by_source, chosen
from naoso.connectors.onvif.discovery import Answer, discover
from naoso.connectors.onvif.errors import OnvifError, OnvifFault
from naoso.connectors.onvif.soap import Login

__all__ = [
    "Answer", "Device", "Known", "Login", "OnvifCamera", "OnvifError", "OnvifFault", "Position", "Preset",
    "Profile", "at_device", "by_source", "chosen", "discover",
]  # fmt: skip
