"""Resumable uploads by the clients that people really use, over a real server."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tusclient.client import TusClient

from tests.api.conftest import Api
from tests.conftest import skip_or_fail
from tests.databases import ROOT

TUS_JS = "tus-js-client@4.3.1"
BODY = os.urandom((6 << 20) + 123)
SHA256 = hashlib.sha256(BODY).hexdigest()

SCRIPT = r"""
const fs = require("fs");
const tus = require(process.argv[2]);
const [, , , endpoint, token, path, cut] = process.argv;
const options = {
  endpoint, headers: {Authorization: "Bearer " + token}, retryDelays: [0, 200, 500, 1000],
  metadata: {filename: "Pièce 7 - Rapport.bin", filetype: "application/octet-stream"},
  uploadSize: fs.statSync(path).size, chunkSize: 1 << 20, parallelUploads: 1,
};
function start(extra) {
  return new Promise((done, failed) => {
    let upload;
    upload = new tus.Upload(fs.createReadStream(path), {...options, ...extra,
      onError: failed,
      onSuccess: (payload) => done({url: upload.url, finished: true,
        exhibit: payload && payload.lastResponse.getHeader("Bordereau-Exhibit")}),
      onProgress: (sent) => {
        if (extra.cut && sent > extra.cut) { upload.abort(); done({url: upload.url}); }
      },
    });
    upload.start();
  });
}
(async () => {
  const first = await start({cut: Number(cut)});
  const second = await start({uploadUrl: first.url});
  console.log(JSON.stringify({first, second}));
})().catch((error) => { console.error(String(error)); process.exit(1); });
"""


def exhibits(api: Api, draft: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"/productions/{draft['id']}").json()["exhibits"]
    return found


@pytest.fixture
def drafted(server: Any, tmp_path: Path) -> tuple[Any, Api, dict[str, Any], Path]:
    running, api, _ = server
    draft = api.draft(api.served())
    path = tmp_path / "big.bin"
    path.write_bytes(BODY)
    return running, api.by("producing_counsel"), draft, path


@pytest.mark.parametrize("checksum", [False, True])
def test_tuspy_stops_and_goes_on(drafted: Any, checksum: bool) -> None:
    server, counsel, draft, _ = drafted
    url = f"http://127.0.0.1:{server.port}/api/v1/productions/{draft['id']}/uploads"
    client = TusClient(url, headers=counsel.cast.headers("producing_counsel"))
    sent = {"filename": "Pièce 7 - Rapport.bin"}
    more: dict[str, Any] = {
        "chunk_size": 1 << 20, "metadata": sent, "upload_checksum": checksum, "retries": 3,
        "retry_delay": 1,
    }  # fmt: skip
    # By a stream: this client leaves files open.
    first = client.uploader(file_stream=io.BytesIO(BODY), **more)
    first.upload(stop_at=2 << 20)
    second = client.uploader(file_stream=io.BytesIO(BODY), url=first.url, **more)
    assert second.offset == 2 << 20
    second.upload()
    [exhibit] = exhibits(counsel, draft)
    assert (exhibit["number"], exhibit["sha256"]) == ("7", SHA256)


@pytest.fixture(scope="session")
def tus_js() -> Path:
    """The client of browsers, which runs under Node as well."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        skip_or_fail("Node.js is absent: install nodejs and npm to try tus-js-client")
    folder = ROOT / "var" / "node"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        module = folder / "node_modules" / "tus-js-client"
        if not module.is_dir():
            quiet = ("--no-save", "--no-package-lock", "--no-audit", "--no-fund")
            done = subprocess.run(
                ["npm", "install", *quiet, "--prefix", str(folder), TUS_JS],
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            if done.returncode:
                skip_or_fail(f"{TUS_JS} cannot be installed: {done.stderr[-300:]}")
    return module


def test_tus_js_client_stops_and_goes_on(drafted: Any, tus_js: Path, tmp_path: Path) -> None:
    server, counsel, draft, path = drafted
    (tmp_path / "send.js").write_text(SCRIPT, encoding="utf-8")
    url = f"http://127.0.0.1:{server.port}/api/v1/productions/{draft['id']}/uploads"
    token = counsel.cast.tokens["producing_counsel"]
    done = subprocess.run(
        ["node", str(tmp_path / "send.js"), str(tus_js), url, token, str(path), str(3 << 20)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    [exhibit] = exhibits(counsel, draft)
    assert (exhibit["number"], exhibit["sha256"]) == ("7", SHA256)
    assert exhibit["id"] in done.stdout
