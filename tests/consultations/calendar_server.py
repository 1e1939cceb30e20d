"""A real web server on this machine that gives calendars, and does what bad servers do."""

from __future__ import annotations

import gzip
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.consultations.calendars import calendar, event

ONE_EVENT = calendar(event("DTSTART:20261203T100000Z", "DTEND:20261203T110000Z"))
ETAG, MODIFIED = '"v1"', "Mon, 23 Nov 2026 08:00:00 GMT"


@dataclass
class Served:
    """What the server gives at each path, and what it was asked: `(path, headers)`."""

    origin: str
    port: int
    content: bytes = ONE_EVENT
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    leads_to: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    meanwhile: Callable[[], None] = lambda: None


class Handler(BaseHTTPRequestHandler):
    """Each method below `do_GET` is one kind of answer, asked for by the first part of the path."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        served: Served = self.server.served  # type: ignore[attr-defined]
        served.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        try:
            getattr(self, f"give_{self.path.split('/')[1].split('?')[0].split('.')[0]}")(served)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def give_calendar(self, served: Served) -> None:
        served.meanwhile()
        if self.headers.get("If-None-Match") == ETAG or self.headers.get("If-Modified-Since") == MODIFIED:
            self.answer(304, ETag=ETAG)
        else:
            self.answer(200, served.content, ETag=ETAG, Last_Modified=MODIFIED, Content_Type="text/calendar")

    def give_odd(self, served: Served) -> None:
        self.answer(200, served.content, ETag='"\u00e9"', Last_Modified="x" * 61)

    def give_zipped(self, served: Served) -> None:
        self.answer(200, gzip.compress(served.content), Content_Encoding="gzip")

    def give_bomb(self, served: Served) -> None:
        self.answer(200, gzip.compress(ONE_EVENT + b" " * 20_000_000, 1), Content_Encoding="gzip")

    def give_halfzip(self, served: Served) -> None:
        self.answer(200, gzip.compress(served.content)[:-9], Content_Encoding="gzip")

    def give_brotli(self, served: Served) -> None:
        self.answer(200, served.content, Content_Encoding="br")

    def give_large(self, served: Served) -> None:
        """Endless, without saying how long it is."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        piece = b"%x\r\n" % 65536 + b" " * 65536 + b"\r\n"
        self.wfile.write(b"%x\r\n%s\r\n" % (len(ONE_EVENT), ONE_EVENT))
        while not served.stop.is_set():
            self.wfile.write(piece)

    def give_slow(self, served: Served) -> None:
        served.stop.wait(60)

    def give_drips(self, served: Served) -> None:
        """Never quiet for long, never done: first in its headers, then for ever."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not served.stop.wait(0.05):
            self.wfile.write(b"X-A: b\r\n")

    def give_broken(self, served: Served) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(served.content) + 100))
        self.end_headers()
        self.wfile.write(served.content)
        self.close_connection = True

    def give_nonsense(self, served: Served) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH\r\n")
        self.close_connection = True

    def give_status(self, served: Served) -> None:
        self.answer(int(self.path.split("/")[2]))

    def give_page(self, served: Served) -> None:
        self.answer(200, b"<!doctype html><title>Log in</title>", Content_Type="text/html")

    def give_redirect(self, served: Served) -> None:
        self.answer(302, Location=served.leads_to)

    def give_nowhere(self, served: Served) -> None:
        self.answer(302)

    def give_count(self, served: Served) -> None:
        """`/count/2` leads to `/count/1`, that to `/count/0`, and that is the calendar."""
        left = int(self.path.split("/")[2])
        self.answer(302, Location=f"/count/{left - 1}", Set_Cookie="seen=1") if left else self.answer(
            200, served.content
        )


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Served]:
    """The server on a free loopback port, with TLS if a context is given."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    port = server.server_address[1]
    served = Served(f"{'https' if tls else 'http'}://127.0.0.1:{port}", port)
    server.served = served  # type: ignore[attr-defined]
    server.handle_error = lambda *args: None  # type: ignore[method-assign]
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield served
    finally:
        served.stop.set()
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path, host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for `host`, and a client's that trusts it and nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    begins = datetime.fromtimestamp(time.time(), UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())
    return server, client
