"""Real clients of the protocol: tuspy, and tus-js-client under Node."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tusclient.client import TusClient

from app.storage.filenames import content_disposition
from tests.api.conftest import Api
from tests.conftest import skip_or_fail
from tests.databases import ROOT

BODY = os.urandom((9 << 20) + 17)
SHA256 = hashlib.sha256(BODY).hexdigest()
TUS_JS = "tus-js-client@4.3.1"

SCRIPT = r"""
const fs = require("fs"), tus = require("tus-js-client");
const [address, token, file, stop] = process.argv.slice(2);
let uploaded = 0;
const options = {
  endpoint: address,
  headers: {Authorization: `Bearer ${token}`},
  metadata: {filename: "Pièce 3.bin", filetype: "application/pdf", title: "Troisième"},
  retryDelays: [0, 500, 1000, 2000],
  uploadSize: fs.statSync(file).size,
  chunkSize: 4 * 1024 * 1024,
  uploadDataDuringCreation: stop === "along",
  onProgress: (sent) => { uploaded = sent; },
  onError: (error) => { console.error(String(error)); process.exit(1); },
};
if (stop === "abort") {
  let aborted = false;
  options.onChunkComplete = (size, accepted) => {
    if (aborted) return;
    aborted = true;
    first.abort().then(() => resume(first.url));
  };
}
let exhibit = null;
options.onAfterResponse = (request, response) => {
  exhibit = response.getHeader("Bordereau-Exhibit") || exhibit;
};
options.onSuccess = () => { console.log(JSON.stringify({exhibit, uploaded})); };
function resume(url) {
  const again = {...options, uploadUrl: url, onChunkComplete: null};
  new tus.Upload(fs.createReadStream(file), again).start();
}
const first = new tus.Upload(fs.createReadStream(file), options);
first.start();
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "piece.bin"
    path.write_bytes(BODY)
    return path


@pytest.fixture(scope="session")
def tus_js() -> Path:
    """A folder in which Node finds tus-js-client, kept between runs."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        skip_or_fail("there is no Node: install node and npm to try tus-js-client")
    folder = ROOT / "var" / "node"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "node_modules" / "tus-js-client").is_dir():
        command = ["npm", "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"]
        done = subprocess.run(
            [*command, TUS_JS], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            skip_or_fail(f"tus-js-client cannot be installed: {done.stderr[-300:]}")
    return folder


def address_of(running: Any, draft: dict[str, Any]) -> str:
    return f"http://127.0.0.1:{running.port}/api/v1/productions/{draft['id']}/uploads"


def drafted(api: Api) -> tuple[Api, dict[str, Any]]:
    return api.by("producing_counsel"), api.draft(api.served())


def the_one_exhibit(counsel: Api, draft: dict[str, Any]) -> dict[str, Any]:
    (exhibit,) = counsel.get(f"/productions/{draft['id']}").json()["exhibits"]
    assert exhibit["sha256"] == SHA256
    got = counsel.get(f"/exhibits/{exhibit['id']}/content")
    assert hashlib.sha256(got.content).hexdigest() == SHA256
    assert got.headers["Content-Disposition"] == content_disposition(exhibit["filename"])
    return dict(exhibit)


@pytest.mark.parametrize("checksums", [False, True])
def test_tuspy_sends_stops_and_resumes(server: Any, file: Path, checksums: bool) -> None:
    running, api, _ = server
    counsel, draft = drafted(api)
    client = TusClient(
        address_of(running, draft), headers=counsel.cast.headers("producing_counsel")
    )
    said = {"filename": "Pièce 3.bin", "number": "3"}
    chunk: dict[str, Any] = {"chunk_size": 2 << 20, "upload_checksum": checksums}
    with file.open("rb") as stream:
        first = client.uploader(file_stream=stream, metadata=said, **chunk)
        first.upload(stop_at=3 << 20)
        assert 3 << 20 <= first.offset < len(BODY)
        again = client.uploader(file_stream=stream, url=first.url, **chunk)
        assert again.offset == first.offset
        again.upload()
    assert the_one_exhibit(counsel, draft)["number"] == "3"


@pytest.mark.parametrize("how", ["whole", "abort", "along"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_tus_js_client_sends_aborts_and_resumes(
    server: Any, file: Path, tus_js: Path, how: str
) -> None:
    running, api, _ = server
    counsel, draft = drafted(api)
    token = counsel.cast.tokens["producing_counsel"]
    script = tus_js / "send.js"
    script.write_text(SCRIPT)
    done = subprocess.run(
        ["node", str(script), address_of(running, draft), token, str(file), how],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    exhibit = the_one_exhibit(counsel, draft)
    assert (told["exhibit"], told["uploaded"]) == (exhibit["id"], len(BODY))
    assert (exhibit["title"], exhibit["media_type"]) == ("Troisième", "application/pdf")
