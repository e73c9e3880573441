"""Cameras that are not there: drawn scenes, looped over a real RTSP server."""
