"""The web application that Granian serves."""

from __future__ import annotations

import ctypes
import gc
import os
import signal

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

PR_SET_PDEATHSIG = 1
# Python would look for circles after every 700 new objects: a page makes thousands, which go without that.
CIRCLES_AFTER = (10_000, 20, 50)


class OneHop(ASGIHandler):
    """Middleware and view run in one thread, one after the other.

    All our middleware is sync, and nearly all views. Django would go back to the event loop behind the
    innermost, and to the thread again for each middleware that looks at the view, and for the view.
    An async view still runs in the event loop, one hop away from the thread that waits for it.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002
        """The chain of a sync server."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """All of it in the request's own thread."""
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


def end_with(master: int) -> None:
    """A worker ends with its master: left behind, it would serve on the same port beside the next one."""
    if not master or os.getpid() == master:
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != master:  # it died before we asked
        os.kill(os.getpid(), signal.SIGKILL)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naoso.config.settings")
gc.set_threshold(*CIRCLES_AFTER)
end_with(int(os.environ.get("NAOSO_WEB_MASTER", "0")))
django.setup(set_prefix=False)

from naoso.core.objects.tiles.app import with_tiles  # noqa: E402 - models are loaded by now

application = with_tiles(OneHop())
