"""Addresses with and without credentials."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.connectors.rtsp.address import (
    Credentials,
    joined,
    parse_address,
    split_credentials,
    with_credentials,
)
from naoso.kernel.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "url", "name", "password"),
    [
        ("rtsp://10.0.0.5/live", "rtsp://10.0.0.5/live", "", ""),
        ("RTSP://admin:p%40ss@10.0.0.5:8554/live?x=1", "rtsp://10.0.0.5:8554/live?x=1", "admin", "p@ss"),
        ("rtsp://admin:a@b@10.0.0.5/live", "rtsp://10.0.0.5/live", "admin", "a@b"),
        ("rtsp://admin:a/b@10.0.0.5/live", "rtsp://10.0.0.5/live", "admin", "a/b"),
        ("rtsp://10.0.0.5:554/cam@1", "rtsp://10.0.0.5:554/cam@1", "", ""),
        ("rtsp://[fd00::5]:554/cam@1", "rtsp://[fd00::5]:554/cam@1", "", ""),
    ],
)
def test_credentials_leave_the_address(typed: str, url: str, name: str, password: str) -> None:
    assert split_credentials(typed) == (url, Credentials(name, password))


@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_what_was_joined_is_split_again(name: str, password: str) -> None:
    url = with_credentials("rtsp://10.0.0.5:554/live", Credentials(name, password))
    assert split_credentials(url) == ("rtsp://10.0.0.5:554/live", Credentials(name, password))


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("http://10.0.0.5/", "rtsp"),
        ("rtsp:///x", "rtsp"),
        ("rtsp://a:b@10.0.0.5/", "credentials"),
        ("rtsp://10.0.0.5:99999/", "url"),
        ("rtsp://10.0.0.5/a b\r\nX: y", "blank"),
    ],
)
def test_what_is_no_address_is_refused(url: str, rule: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_address(url)
    assert caught.value.errors[0].rule == rule
    assert "a:b" not in str(caught.value)


def test_a_password_shows_in_no_representation() -> None:
    assert "geheim" not in repr(Credentials("a", "geheim"))


@pytest.mark.parametrize(
    ("base", "control", "url"),
    [
        ("rtsp://h/live/", "trackID=1", "rtsp://h/live/trackID=1"),
        ("rtsp://h/live", "rtsp://h/other/1", "rtsp://h/other/1"),
        ("rtsp://h/live", "*", "rtsp://h/live"),
        ("rtsp://h/live?ch=1", "track1", "rtsp://h/live?ch=1/track1"),
    ],
)
def test_a_track_is_found(base: str, control: str, url: str) -> None:
    assert joined(base, control) == url
