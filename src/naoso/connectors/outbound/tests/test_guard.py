"""Addresses that lead into our own network are refused, however they are written."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from naoso.connectors.outbound import guard

LOOPBACK = guard.networks("127.0.0.0/8")


class Handler(BaseHTTPRequestHandler):
    """Answers with the host that it was asked for; `/away` sends elsewhere."""

    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "http://169.254.169.254/")
        self.end_headers()
        self.wfile.write(self.headers["Host"].encode())

    def log_message(self, *_args: Any) -> None:
        """Quiet."""


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "10.0.0.5", "172.16.3.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_our_own_network_is_refused(text: str) -> None:
    assert not guard.allowed(ip_address(text), ())


@pytest.mark.parametrize("text", ["1.1.1.1", "203.162.0.1", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_public_addresses_pass(text: str) -> None:
    assert guard.allowed(ip_address(text), ())


def test_a_network_of_the_settings_passes_and_no_other() -> None:
    assert guard.allowed(ip_address("127.0.0.1"), LOOPBACK)
    assert guard.allowed(ip_address("::ffff:127.0.0.1"), LOOPBACK)
    assert not guard.allowed(ip_address("10.0.0.1"), LOOPBACK)


@pytest.mark.parametrize(
    "url",
    ["", "ftp://example.vn/", "http://example.vn/", "https:///x", "https://a:b@example.vn/", "https://[::1/"],
)
def test_the_form_of_an_address(url: str) -> None:
    assert guard.fault_of(url)
    assert not guard.fault_of("https://example.vn:8443/hook")


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "[::1]"])
def test_the_client_never_connects_to_the_loopback(host: str, port: int) -> None:
    with guard.client() as client, pytest.raises(guard.Refused):
        client.get(f"https://{host}:{port}/")


def test_an_allowed_network_is_called_by_the_name_that_was_typed(port: int) -> None:
    with guard.client(LOOPBACK) as client:
        answer = client.get(f"http://127.0.0.1:{port}/")
        assert answer.text == f"127.0.0.1:{port}"
        assert client.get(f"http://127.0.0.1:{port}/away").status_code == 302


def test_a_name_is_resolved_once_and_its_address_is_called(port: int, monkeypatch: Any) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def turning(host: str, *rest: Any, **more: Any) -> Any:
        if host == "turning.example":
            asked.append(host)
            return real("127.0.0.1" if len(asked) == 1 else "10.0.0.1", *rest, **more)
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", turning)
    with guard.client(LOOPBACK) as client:
        assert client.get(f"http://turning.example:{port}/").text == f"turning.example:{port}"
    assert len(asked) == 1


def test_one_private_answer_among_public_ones_is_enough_to_refuse(monkeypatch: Any) -> None:
    answers = [(0, 0, 0, "", ("1.1.1.1", 443)), (0, 0, 0, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answers)
    with pytest.raises(guard.Refused):
        guard.judged("https", "mixed.example", 443, ())


def test_a_name_that_nobody_knows_is_a_connection_error() -> None:
    with guard.client() as client, pytest.raises(httpx.ConnectError):
        client.get("https://nobody.invalid/")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate that names hook.example and its own issuer, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hook.example")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hook.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "papers.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def tls_port(papers: Path) -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(papers)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_the_certificate_is_checked_against_the_name_that_was_typed(
    tls_port: int, papers: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(guard, "resolve", lambda *_a: (ip_address("127.0.0.1"),))
    trusting = ssl.create_default_context(cafile=str(papers))
    with httpx.Client(transport=guard.GuardedTransport(LOOPBACK, verify=trusting)) as client:
        assert client.get(f"https://hook.example:{tls_port}/").text == f"hook.example:{tls_port}"
        with pytest.raises(httpx.ConnectError, match="certificate"):
            client.get(f"https://other.example:{tls_port}/")


def test_once_shut_nothing_leaves(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"http://127.0.0.1:{port}/"
    with guard.client(LOOPBACK) as client:
        assert client.get(address).status_code == 200
    monkeypatch.setattr(guard, "_shut", [])
    guard.shut("an exercise")
    with guard.client(LOOPBACK) as client, pytest.raises(guard.Refused, match="an exercise"):
        client.get(address)
