"""A receiver on the loopback address, and a webhook that leads there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from naoso.connectors.outbound.guard import networks
from naoso.core.webhooks import services
from naoso.core.webhooks.models import Endpoint


@pytest.fixture
def receiver(settings: Any) -> Iterator[SimpleNamespace]:
    """Keeps what arrives; answers `status` with `headers` and `body`."""
    seen = SimpleNamespace(requests=[], status=200, headers={}, body=b"taken")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            seen.requests.append(SimpleNamespace(path=self.path, headers=self.headers, body=body))
            self.send_response(seen.status)
            for name, value in seen.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(seen.body)

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seen.url = f"http://127.0.0.1:{server.server_port}/hook"
    settings.WEBHOOK_NETWORKS = networks("127.0.0.0/8")
    yield seen
    server.shutdown()
    server.server_close()


@pytest.fixture
def make(cast: SimpleNamespace, receiver: SimpleNamespace) -> Callable[..., tuple[Endpoint, str]]:
    """A webhook of the department, which hears alerts."""

    def made(**more: Any) -> tuple[Endpoint, str]:
        values = {
            "actor": cast.owner, "owner": cast.department, "name": "Sở", "url": receiver.url,
            "events": ["alerts.*"], "permissions": ["alerts.view"],
        }  # fmt: skip
        return services.create_endpoint(**(values | more))

    return made
