"""What tests of live pictures and of recordings stand on."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest

from naoso.cli.simulated_cameras.clips import drawn
from naoso.domains.cameras.tests.media_room import FORM, LARGER


@pytest.fixture
def loopback(settings: Any) -> None:
    """Cameras may stand on this machine."""
    settings.CAMERA_NETWORKS = (ip_network("127.0.0.0/8"),)


@pytest.fixture(scope="session")
def clips() -> dict[str, Any]:
    """Encoded once."""
    return {"street": drawn(FORM, 1), "larger:street": drawn(LARGER, 1)}
