"""A real object store for tests: OpenStack Swift speaking S3, in processes of its own."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import boto3

from app.storage.s3_bucket import Place

ACCESS_KEY = "test:tester"
SECRET_KEY = "testing"
REGION = "us-east-1"
BUCKET = "evidence"

_SERVERS = ("account", "container", "object", "proxy")

_RINGS = """
import sys
from swift.common.ring import RingBuilder
folder, *ports = sys.argv[1:]
for kind, port in zip(("account", "container", "object"), ports):
    ring = RingBuilder(part_power=4, replicas=1, min_part_hours=1)
    ring.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "d1",
                  "weight": 1.0, "replication_ip": "127.0.0.1", "replication_port": int(port)})
    ring.rebalance()
    ring.get_ring().save(f"{folder}/{kind}.ring.gz")
"""

_CLUSTER = """
[swift-hash]
swift_hash_path_prefix = bordereau
swift_hash_path_suffix = tests

[storage-policy:0]
name = one
default = yes
"""

_STORAGE = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 1
user = {user}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
disable_fallocate = true

[pipeline:main]
pipeline = {kind}-server

[app:{kind}-server]
use = egg:swift#{kind}
"""

_PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 1
user = {user}
swift_dir = {folder}

[pipeline:main]
pipeline = catch_errors proxy-logging cache listing_formats bulk s3api tempauth slo dlo \
versioned_writes proxy-logging proxy-server

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true

[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin

[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1

[filter:s3api]
use = egg:swift#s3api
location = us-east-1

[filter:catch_errors]
use = egg:swift#catch_errors

[filter:proxy-logging]
use = egg:swift#proxy_logging

[filter:listing_formats]
use = egg:swift#listing_formats

[filter:bulk]
use = egg:swift#bulk

[filter:slo]
use = egg:swift#slo

[filter:dlo]
use = egg:swift#dlo

[filter:versioned_writes]
use = egg:swift#versioned_writes
"""


class NoObjectStore(Exception):
    """Why there is no object store on this machine."""


class ObjectStoreServer:
    """Swift in a folder of its own, on free ports, gone at the end.

    Raises ``NoObjectStore`` where it is not installed or no folder keeps user attributes.
    """

    def __init__(self) -> None:
        binaries = Path(sys.executable).parent
        if not (binaries / "swift-proxy-server").exists():
            raise NoObjectStore("Swift is not installed: it is in requirements/dev.txt")
        self._folder = Path(tempfile.mkdtemp(prefix="bordereau-s3-", dir=_with_attributes()))
        self.client: Any = None
        (self._folder / "devices" / "d1").mkdir(parents=True)
        ports = dict(zip(_SERVERS, _free_ports(len(_SERVERS)), strict=True))
        self.port = ports["proxy"]
        self.endpoint = f"http://127.0.0.1:{self.port}"
        (self._folder / "swift.conf").write_text(_CLUSTER)
        user = getpass.getuser()
        for kind, port in ports.items():
            text = (_PROXY if kind == "proxy" else _STORAGE).format(
                kind=kind, port=port, user=user, folder=self._folder
            )
            (self._folder / f"{kind}.conf").write_text(text)
        rings = [str(ports[kind]) for kind in _SERVERS[:-1]]
        subprocess.run([sys.executable, "-c", _RINGS, self._folder, *rings], check=True)
        with (self._folder / "log").open("wb") as log:
            self._processes = [
                subprocess.Popen(
                    [binaries / f"swift-{kind}-server", self._folder / f"{kind}.conf", "-v"],
                    stdout=log,
                    stderr=log,
                    cwd=self._folder,
                    start_new_session=True,
                )
                for kind in _SERVERS
            ]
        try:
            self._await(list(ports.values()))
        except BaseException:
            self.stop()
            raise

        self.client = boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
        )
        self.client.create_bucket(Bucket=BUCKET)

    def place(self, prefix: str) -> Place:
        """Where and as whom a store speaks to this server."""
        return Place(
            bucket=BUCKET,
            prefix=prefix,
            endpoint=self.endpoint,
            region=REGION,
            path_style=True,
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
            timeout_seconds=20,
        )

    def stop(self) -> None:
        """End the servers, their workers too, and remove the folder."""
        if self.client is not None:
            self.client.close()
        for process in self._processes:
            # Each leads a group of its own, workers included.
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def log(self) -> str:
        """What the servers said."""
        return (self._folder / "log").read_text(errors="replace")

    def _await(self, ports: list[int]) -> None:
        deadline = time.monotonic() + 60
        while not all(_answers(port) for port in ports):
            if any(p.poll() is not None for p in self._processes) or time.monotonic() > deadline:
                raise NoObjectStore(f"Swift did not start: {self.log()[-2000:]}")
            time.sleep(0.1)


def _with_attributes() -> str:
    """A folder whose file system keeps user attributes, which Swift needs."""
    for folder in (tempfile.gettempdir(), "/var/tmp", str(Path.cwd())):
        try:
            with tempfile.NamedTemporaryFile(dir=folder) as probe:
                os.setxattr(probe.name, "user.bordereau", b"kept")
        except OSError:
            continue
        return folder
    raise NoObjectStore("no folder here keeps user attributes (setxattr), which Swift needs")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _answers(port: int) -> bool:
    with socket.socket() as connection:
        connection.settimeout(1)
        return connection.connect_ex(("127.0.0.1", port)) == 0
