"""Static files: what browsers need, nothing of the front end's sources."""

from __future__ import annotations

from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticConfig(StaticFilesConfig):
    """Django's own, without patterns that belong to other tools."""

    ignore_patterns = ["CVS", ".*", "*~"]
