"""Against a stand-in that answers as the description of MediaMTX's API says: it is in no registry."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from naoso.connectors.mediamtx import MediaMtx, MediaServerError, Path

AUTH = "Basic " + base64.b64encode(b"api:geheim").decode()


class Server(ThreadingHTTPServer):
    """Paths by name."""

    paths: dict[str, dict[str, Any]]


class Api(BaseHTTPRequestHandler):
    """What we use of it."""

    server: Server

    def answer(self, status: int, body: Any = None) -> None:
        data = json.dumps(body if body is not None else {}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length) or b"{}")
        if self.headers.get("Authorization") != AUTH:
            return self.answer(401, {"error": "authentication error"})
        path, _mark, query = self.path.partition("?")
        name = path.rpartition("/")[2]
        known = self.server.paths
        if path.startswith("/v3/config/paths/add/"):
            if name in known:
                return self.answer(400, {"error": "path already exists"})
            known[name] = body
        elif path.startswith("/v3/config/paths/patch/"):
            known[name] |= body
        elif path.startswith("/v3/config/paths/delete/"):
            if known.pop(name, None) is None:
                return self.answer(404, {"error": "path configuration not found"})
        elif path == "/v3/paths/list":
            page = int(query.rpartition("page=")[2])
            names = sorted(known)
            items = [{"name": n, "ready": True, "readers": [{}, {}]} for n in names[page : page + 1]]
            return self.answer(200, {"pageCount": len(names), "itemCount": len(names), "items": items})
        return self.answer(200)

    do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815 - the base class calls them so

    def log_message(self, *_args: Any) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Api)
    made.paths = {}
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def client(server: Server, password: str = "geheim") -> MediaMtx:
    return MediaMtx(f"http://127.0.0.1:{server.server_port}/", "api", password)


def test_a_path_is_offered_once_and_follows_its_camera(server: Server) -> None:
    one = client(server)
    one.offer("naoso-7-main", "rtsp://a:b@10.0.0.5/x")
    assert server.paths["naoso-7-main"]["sourceOnDemand"] is True
    one.offer("naoso-7-main", "rtsp://a:b@10.0.0.6/x")
    one.offer("naoso-8-sub", "rtsp://10.0.0.7/x")
    assert server.paths["naoso-7-main"]["source"] == "rtsp://a:b@10.0.0.6/x"
    assert list(one.paths()) == [Path("naoso-7-main", True, 2), Path("naoso-8-sub", True, 2)]
    one.withdraw("naoso-7-main")
    one.withdraw("naoso-7-main")
    assert list(server.paths) == ["naoso-8-sub"]


def test_a_fault_names_no_address(server: Server) -> None:
    with pytest.raises(MediaServerError) as refused:
        client(server, "wrong").offer("n", "rtsp://a:b@10.0.0.5/x")
    gone = MediaMtx("http://127.0.0.1:1")
    with pytest.raises(MediaServerError) as silent:
        gone.offer("n", "rtsp://a:b@10.0.0.5/x")
    with pytest.raises(MediaServerError):
        list(gone.paths())
    for caught in (refused, silent):
        assert "10.0.0.5" not in str(caught.value)
