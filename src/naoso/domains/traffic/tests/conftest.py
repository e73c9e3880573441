"""What most tests of traffic stand on."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from naoso.domains.traffic.tests import factories as make


@pytest.fixture
def world(cast: SimpleNamespace, settings: Any, tmp_path: Path) -> SimpleNamespace:
    """The cast, a reader of the department's, a camera in its ward, files of its own."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    cast.source = make.source(cast.department)
    cast.camera = make.camera(cast.department, cast.ward)
    make.incident_kinds()
    return cast
