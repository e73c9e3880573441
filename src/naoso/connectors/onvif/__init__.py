"""ONVIF (Profile S): find devices, ask who they are and what pictures they give, turn them."""

from naoso.connectors.onvif.client import OnvifCamera
from naoso.connectors.onvif.device import Device, Position, Preset, Profile, at_device, chosen
from naoso.connectors.onvif.discovery import Answer, discover
from naoso.connectors.onvif.errors import OnvifError, OnvifFault
from naoso.connectors.onvif.soap import Login

__all__ = [
    "Answer", "Device", "Login", "OnvifCamera", "OnvifError", "OnvifFault", "Position", "Preset", "Profile",
    "at_device", "chosen", "discover",
]  # fmt: skip
