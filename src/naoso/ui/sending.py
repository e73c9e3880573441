"""Files that leave the house part by part: whole, or the range that was asked for."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date

ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Part:
    """A piece of a file; it has no place to seek, so that nobody takes its length for the file's."""

    def __init__(self, path: Path, start: int, length: int) -> None:
        self.file = path.open("rb")
        self.file.seek(start)
        self.left = length

    def read(self, size: int) -> bytes:
        """At most what is left."""
        chunk = self.file.read(min(size, self.left))
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Django closes what it has sent."""
        self.file.close()


class Sent(FileResponse):
    """Django would read a file whole into memory where the server is asynchronous."""

    block_size = 64 * 1024

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.parts()

    async def parts(self) -> AsyncIterator[bytes]:
        """Read in a thread, sent as read."""
        chunks = iter(self)
        following = sync_to_async(lambda: next(chunks, b""), thread_sensitive=False)
        while chunk := await following():
            yield chunk


def stored(name: str, content_type: str, *, kept_s: int = 0) -> FileResponse:
    """A file of the store, of that type and no other; a browser may keep it. 404 where it is gone."""
    if not default_storage.exists(name):
        raise Http404("the file is gone")
    answer = Sent(default_storage.open(name), content_type=content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    if kept_s:
        answer["Cache-Control"] = f"private, max-age={kept_s}, immutable"
    return answer


def ranged(request: HttpRequest, path: Path, content_type: str) -> HttpResponseBase:
    """RFC 9110 with one range: 200, 206, 304 or 416. Of a file that has changed since, all is sent."""
    facts = path.stat()
    size = facts.st_size
    etag = f'"{facts.st_mtime_ns:x}-{size:x}"'
    headers = {"Accept-Ranges": "bytes", "ETag": etag, "Last-Modified": http_date(facts.st_mtime)}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    asked = wanted(request.headers.get("Range", ""), size)
    believed = request.headers.get("If-Range", etag) in {etag, headers["Last-Modified"]}
    if asked is None or not believed:
        return Sent(path.open("rb"), content_type=content_type, headers=headers)
    start, end = asked
    if start > end:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers |= {"Content-Range": f"bytes {start}-{end}/{size}", "Content-Length": str(end - start + 1)}
    part = Part(path, start, end - start + 1)
    return Sent(part, status=206, content_type=content_type, headers=headers)


def wanted(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte; None where no single range is asked for, an empty span where there is nothing."""
    found = ONE_RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:  # the last so many
        return (max(0, size - int(last)), size - 1) if int(last) else (1, 0)
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last or size), size - 1)
