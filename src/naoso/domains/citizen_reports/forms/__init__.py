"""What people type, by the room in which they type it."""

from __future__ import annotations

from naoso.domains.citizen_reports.forms.photos import MESSAGES, ManyFiles, PhotosField

__all__ = ["MESSAGES", "ManyFiles", "PhotosField"]
