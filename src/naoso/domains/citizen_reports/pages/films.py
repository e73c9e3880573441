"""A film as browsers ask for it, in parts (RFC 9110, 14): Safari plays nothing that comes whole."""

from __future__ import annotations

import re

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

MOST_AT_ONCE = 2 * 1024 * 1024
ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def played(request: HttpRequest, film: FieldFile) -> HttpResponseBase:
    """206 with at most two megabytes for one range, 416 beyond the end, else the whole film."""
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    answer: HttpResponseBase
    if asked is None or asked[0] == "bytes=-":
        answer = FileResponse(film.open("rb"), content_type="video/mp4")
    else:
        answer = part(film, asked[1], asked[2])
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


def part(film: FieldFile, first: str, last: str) -> HttpResponse:
    """The bytes that were asked for; `-500` are the last five hundred."""
    size = film.size
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    end = min(end, start + MOST_AT_ONCE - 1)
    if start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    with film.open("rb") as file:
        file.seek(start)
        body = file.read(end - start + 1)
    headers = {"Content-Range": f"bytes {start}-{end}/{size}"}
    return HttpResponse(body, status=206, content_type="video/mp4", headers=headers)
