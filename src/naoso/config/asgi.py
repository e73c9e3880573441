"""The web application that Granian serves."""

from __future__ import annotations

import ctypes
import os
import signal

from django.core.asgi import get_asgi_application

PR_SET_PDEATHSIG = 1


def end_with(master: int) -> None:
    """A worker ends with its master: left behind, it would serve on the same port beside the next one."""
    if not master or os.getpid() == master:
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != master:  # it died before we asked
        os.kill(os.getpid(), signal.SIGKILL)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naoso.config.settings")
end_with(int(os.environ.get("NAOSO_WEB_MASTER", "0")))
_django = get_asgi_application()

from naoso.core.objects.tiles.app import with_tiles  # noqa: E402 - models are loaded by now

application = with_tiles(_django)
