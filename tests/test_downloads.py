"""Downloads, from a server on this machine: what may come, and what is written then."""

import gzip
import hashlib
import importlib
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from datafiles import FILES, idx, save, small_mnist

from autograd_lite.datasets import mnist
from autograd_lite.errors import DataFileError, FileWriteError, MissingDependencyError

pytest.importorskip("pooch")
MODULE = importlib.import_module("autograd_lite.datasets.mnist")


class Server(ThreadingHTTPServer):
    """Answers /good/name with the file, and other folders with what goes wrong."""

    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), Handler)
        self.contents = {name: (folder / name).read_bytes() for name in FILES}
        self.asked = []
        self.stalled = threading.Event()
        self.released = threading.Event()

    def at(self, folder):
        return f"http://127.0.0.1:{self.server_port}/{folder}/"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        _, folder, name = self.path.split("/")
        content = self.server.contents[name]
        if folder == "missing":
            self.send_error(404)
            return
        middle = len(content) // 2
        bodies = {
            "damaged": content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :],
            "truncated": content[:middle],
            "page": b"<!DOCTYPE html><p>Moved.",
            "foreign": gzip.compress(idx(np.zeros((5, 28, 28), np.uint8))),
            "again": gzip.compress(gzip.decompress(content), 1, mtime=7),
        }
        body = bodies.get(folder, content)
        self.send_response(200)
        self.send_header("Content-Length", len(content if folder == "cut" else body))
        self.end_headers()
        if folder in ("cut", "stalls"):
            self.wfile.write(body[: len(body) // 2])
            if folder == "stalls":
                self.server.stalled.set()
                self.server.released.wait(60)
            return
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def published(folder):
    """What the four files hold, as if it were published."""
    contents = [gzip.decompress((folder / name).read_bytes()) for name in FILES]
    return MODULE._files(*[hashlib.sha256(content).hexdigest() for content in contents])


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A server with a small MNIST that counts as the published one."""
    small_mnist(tmp_path / "site")
    with Server(tmp_path / "site") as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def choose(*folders):
            mirrors = tuple(server.at(folder) for folder in folders)
            source = replace(MODULE.MNIST, mirrors=mirrors, files=published(tmp_path / "site"))
            monkeypatch.setattr(MODULE, "MNIST", source)

        server.choose = choose
        choose("good")
        yield server
        server.released.set()
        server.shutdown()


def files_in(folder):
    return sorted(file.name for file in folder.rglob("*"))


def test_a_download_lies_in_the_folder_and_is_not_repeated(tmp_path, site, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_LITE_DATA", str(tmp_path / "data"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (_, t), _ = mnist(download=True)
        (_, again), _ = mnist(download=True)
    assert site.asked == [f"/good/{name}" for name in FILES]
    assert files_in(tmp_path / "data" / "mnist") == sorted(FILES)
    np.testing.assert_array_equal(t, again)
    for name in FILES:
        assert (tmp_path / "data" / "mnist" / name).read_bytes() == site.contents[name]


def test_only_what_is_not_there_is_downloaded_and_local_files_stay(tmp_path, site):
    small_mnist(tmp_path / "local", seed=5)
    kept = (tmp_path / "local" / FILES[0]).read_bytes()
    (tmp_path / "local" / FILES[3]).unlink()
    with pytest.warns(UserWarning, match="not hold the published"):
        mnist(tmp_path / "local", download=True)
    assert site.asked == [f"/good/{FILES[3]}"]
    assert (tmp_path / "local" / FILES[0]).read_bytes() == kept


def test_nothing_is_downloaded_without_being_asked_for(tmp_path, site):
    with pytest.raises(DataFileError, match="download=True"):
        mnist(tmp_path / "data")
    assert site.asked == []
    assert not (tmp_path / "data").exists()


def test_the_content_binds_and_not_how_it_is_compressed(tmp_path, site):
    site.choose("again")
    mnist(tmp_path / "data", download=True)
    assert (tmp_path / "data" / FILES[0]).read_bytes() != site.contents[FILES[0]]


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        ("damaged", "damaged, truncated or of another format"),
        ("truncated", "damaged, truncated or of another format"),
        ("page", "damaged, truncated or of another format"),
        ("foreign", r"is not the published train-images-idx3-ubyte \(SHA-256 [0-9a-f]{64}, not"),
        ("cut", "connection failed"),
        ("missing", "404"),
    ],
)
def test_what_is_not_the_published_content_is_never_written(tmp_path, site, folder, reason):
    site.choose(folder)
    with pytest.raises(DataFileError, match=reason) as caught:
        mnist(tmp_path / "data", download=True)
    for part in (site.at(folder) + FILES[0], str(tmp_path / "data"), "so it was not written"):
        assert part in str(caught.value)
    assert files_in(tmp_path / "data") == []


def test_the_next_mirror_serves_where_one_fails(tmp_path, site):
    site.choose("missing", "foreign", "good")
    mnist(tmp_path / "data", download=True)
    assert site.asked[:3] == [f"/{at}/{FILES[0]}" for at in ("missing", "foreign", "good")]
    assert files_in(tmp_path / "data") == sorted(FILES)


def test_a_server_that_is_not_there_is_named(tmp_path, site, monkeypatch):
    monkeypatch.setattr(MODULE, "MNIST", replace(MODULE.MNIST, mirrors=("http://127.0.0.1:9/",)))
    with pytest.raises(DataFileError, match="connection failed") as caught:
        mnist(tmp_path / "data", download=True)
    assert "http://127.0.0.1:9/" + FILES[0] in str(caught.value)


def test_a_folder_that_cannot_be_made_is_named_before_anything_is_downloaded(tmp_path, site):
    save(tmp_path / "file", b"kept")
    with pytest.raises(FileWriteError, match="cannot be written into") as caught:
        mnist(tmp_path / "file" / "data", download=True)
    assert str(tmp_path / "file" / "data") in str(caught.value)
    assert site.asked == []


def test_a_folder_that_is_not_writable_is_named_before_anything_is_downloaded(
    tmp_path, site, monkeypatch
):
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
    with pytest.raises(FileWriteError, match=r"Permission denied.*folder="):
        mnist(tmp_path / "data", download=True)
    assert site.asked == []


def test_without_pooch_the_command_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'autograd-lite\[download\]'"):
        mnist(tmp_path / "data", download=True)
    assert not (tmp_path / "data").exists()


SCRIPT = """
import importlib, os, signal, sys
from dataclasses import replace
from autograd_lite.datasets import mnist
module = importlib.import_module("autograd_lite.datasets.mnist")
mirror, folder, moment, *digests = sys.argv[1:]
module.MNIST = replace(module.MNIST, mirrors=(mirror,), files=module._files(*digests))
if moment == "writing":
    os.fsync = lambda file: os.kill(os.getpid(), signal.SIGKILL)
mnist(folder, download=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes are killed otherwise here")
@pytest.mark.parametrize("moment", ["receiving", "writing"])
def test_a_process_killed_in_the_middle_leaves_no_broken_file(tmp_path, site, moment):
    mirror = site.at("stalls" if moment == "receiving" else "good")
    digests = [sha for held in published(tmp_path / "site").values() for sha in held.values()]
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, mirror, str(tmp_path / "data"), moment, *digests],
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    if moment == "receiving":
        assert site.stalled.wait(60)
        time.sleep(0.1)
        process.kill()
    assert process.wait(60) == -signal.SIGKILL
    assert not set(files_in(tmp_path / "data")) & set(FILES)
    with pytest.raises(DataFileError, match="does not hold"):
        mnist(tmp_path / "data")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mnist(tmp_path / "data", download=True)
