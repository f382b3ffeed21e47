"""A real time-stamping authority: `openssl ts` behind a small HTTP server, with its own CA."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamps]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = it
[it]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class OpensslAuthority:
    """A CA, a certificate for stamping, and replies to RFC 3161 queries by `openssl ts`."""

    def __init__(self, folder: Path, name: str = "Test authority") -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        config = CONFIG.format(name=name, folder=folder)
        (folder / "openssl.cnf").write_text(config)
        (folder / "serial").write_text("01\n")
        self._make("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650",
                   "-keyout", "ca.key", "-out", "ca.pem", "-extensions", "ca")  # fmt: skip
        config = config.replace(f"CN = {name}", f"CN = {name} signer")
        (folder / "openssl.cnf").write_text(config)
        self._make("req", "-newkey", "rsa:2048", "-nodes",
                   "-keyout", "tsa.key", "-out", "tsa.csr")  # fmt: skip
        self._make("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                   "-CAcreateserial", "-days", "3650", "-extfile", "openssl.cnf",
                   "-extensions", "stamps", "-out", "tsa.pem", config=False)  # fmt: skip

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    def _make(self, *command: str, config: bool = True) -> None:
        more = ("-config", "openssl.cnf") if config else ()
        subprocess.run(
            ["openssl", *command, *more], cwd=self.folder, check=True, capture_output=True
        )

    def reply(self, query: bytes) -> bytes:
        """What `openssl ts -reply` answers."""
        (self.folder / "query.tsq").write_bytes(query)
        subprocess.run(
            ["openssl", "ts", "-reply", "-config", "openssl.cnf", "-section", "it",
             "-queryfile", "query.tsq", "-signer", "tsa.pem", "-inkey", "tsa.key",
             "-out", "reply.tsr"],
            cwd=self.folder, check=True, capture_output=True,
        )  # fmt: skip
        return (self.folder / "reply.tsr").read_bytes()


class Answer(Exception):
    """Answer this instead of a token."""

    def __init__(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.status, self.body, self.headers = status, body, headers


class Server:
    """The authority on a local port; ``answers`` says what it makes of a query."""

    def __init__(self, answers: Callable[[bytes], bytes]) -> None:
        self.answers = answers
        self.asked = 0
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                served.asked += 1
                assert self.headers["Content-Type"] == "application/timestamp-query"
                query = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {"Content-Type": "application/timestamp-reply"}
                try:
                    status, body = 200, served.answers(query)
                except Answer as other:
                    status, body = other.status, other.body
                    headers |= {k.replace("_", "-"): v for k, v in other.headers.items()}
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    return

            def log_message(self, *_: object) -> None:
                return

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/tsa"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
