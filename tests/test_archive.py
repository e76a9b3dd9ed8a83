"""Archives of arrays: exact, the same bytes, and distrustful of what is read."""

from __future__ import annotations

import builtins
import io
import os
import pickle
import random
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
from contextlib import suppress

import numpy as np
import pytest

from autograd_lite.archive import read_archive, write_archive
from autograd_lite.errors import (
    ArgumentError,
    DataFileError,
    FileWriteError,
    MissingDependencyError,
    OperandError,
)

ARRAYS = {
    "0.W": np.array([[1.5, -2.0, np.nan], [np.inf, 0.0, -0.0]], np.float32),
    "half": np.array([0.1, 6e4], np.float16),
    "double": np.array(1 / 3),
    "counts": np.arange(5),
    "bytes": np.arange(256, dtype=np.uint8),
    "mask": np.array([True, False]),
    "empty": np.zeros((0, 3), np.float32),
    "words": np.array(["Größe", "한글"]),
    "a/b.c": np.ones((2, 1, 2)),
}
FORMATS = ["npz", "safetensors"]


def arrays_of(kind):
    if kind == "safetensors":
        pytest.importorskip("safetensors")
        return {name: array for name, array in ARRAYS.items() if name != "words"}
    return ARRAYS


def zipped(*members, **options):
    """A zip archive of (name, bytes)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, options.get("compression"))
    return buffer.getvalue()


def npy(array, **options):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array), **options)
    return buffer.getvalue()


def header(text, version=1):
    """The .npy file of a header alone."""
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text


def refused(path, content, match=None):
    path.write_bytes(content)
    with pytest.raises(DataFileError, match=match) as caught:
        read_archive(path)
    text = str(caught.value)
    assert text.startswith(f"load: {str(path)!r} is damaged or no archive of arrays (")
    assert "\n" not in text


@pytest.mark.parametrize("kind", FORMATS)
class TestBoth:
    def test_there_and_back(self, tmp_path, kind):
        arrays, path = arrays_of(kind), tmp_path / f"a.{kind}"
        write_archive(path, arrays)
        found = read_archive(path)
        assert set(found) == set(arrays)
        for name, array in arrays.items():
            assert found[name].dtype == array.dtype
            assert found[name].shape == array.shape
            assert found[name].tobytes() == array.tobytes()
            assert found[name].flags.owndata
            assert found[name].flags.writeable
            assert found[name].dtype.isnative

    def test_equal_content_gives_equal_bytes(self, tmp_path, kind):
        arrays, path = arrays_of(kind), tmp_path / f"a.{kind}"
        write_archive(path, arrays)
        first = path.read_bytes()
        odd = {name: np.asfortranarray(x) if x.ndim > 1 else x for name, x in arrays.items()}
        odd["double"] = odd["double"].astype(">f8")
        odd["counts"] = np.repeat(odd["counts"], 2)[::2]
        write_archive(path, odd)
        assert path.read_bytes() == first

    def test_no_single_bit_matters_unnoticed(self, tmp_path, kind):
        arrays_of(kind)
        path = tmp_path / f"a.{kind}"
        arrays = {"0.W": np.arange(3, dtype=np.float32)}
        write_archive(path, arrays)
        whole = path.read_bytes()
        noticed = 0
        for bit in range(len(whole) * 8):
            content = bytearray(whole)
            content[bit // 8] ^= 1 << bit % 8
            path.write_bytes(content)
            try:
                found = read_archive(path)
            except DataFileError:
                noticed += 1
                continue
            if found.keys() == arrays.keys():  # else loading finds names missing
                for name, array in arrays.items():
                    assert found[name].tobytes() == array.tobytes(), f"bit {bit}"
                    assert found[name].dtype == array.dtype
        assert noticed > len(whole) * 8 / 3

    def test_truncated_anywhere(self, tmp_path, kind):
        arrays_of(kind)
        path = tmp_path / f"a.{kind}"
        write_archive(path, {"0.W": np.arange(3, dtype=np.float32), "steps": np.array(7)})
        whole = path.read_bytes()
        for length in range(len(whole)):
            refused(path, whole[:length])

    def test_noise(self, tmp_path, kind):
        arrays = arrays_of(kind)
        path, draw = tmp_path / f"a.{kind}", random.Random(0)
        write_archive(path, arrays)
        whole = path.read_bytes()
        for _ in range(300):
            content = bytearray(whole)
            for _ in range(draw.choice([2, 10, 100])):
                content[draw.randrange(len(content))] = draw.randrange(256)
            path.write_bytes(content)
            with suppress(DataFileError):
                read_archive(path)
        for length in (0, 1, 7, 100, 10_000):
            refused(path, draw.randbytes(length))

    def test_no_file_and_no_path(self, tmp_path, kind):
        arrays_of(kind)
        with pytest.raises(DataFileError, match=r"'.*none\.\w+' cannot be read \(No such file"):
            read_archive(tmp_path / f"none.{kind}")
        (tmp_path / f"folder.{kind}").mkdir()
        with pytest.raises(DataFileError, match=r"'.*folder\.\w+' cannot be read"):
            read_archive(tmp_path / f"folder.{kind}")
        with pytest.raises(OperandError, match="a path is a str"):
            read_archive(3)
        with pytest.raises(ArgumentError, match=r"save: the folder .* does not exist"):
            write_archive(tmp_path / "none" / f"a.{kind}", {})
        with pytest.raises(DataFileError, match="null"):
            read_archive(f"a\0.{kind}")

    def test_nothing_at_all_is_an_archive_too(self, tmp_path, kind):
        arrays_of(kind)
        write_archive(tmp_path / f"a.{kind}", {})
        assert read_archive(tmp_path / f"a.{kind}") == {}

    @pytest.mark.parametrize(
        "name",
        [
            "",
            "..",
            "../a",
            "a/../b",
            "/a",
            "a//b",
            "a/",
            "a\\b",
            "C:a",
            "a\nb",
            "a\0",
            "x" * 2000,
            3,
        ],
    )
    def test_names_that_lead_elsewhere(self, tmp_path, kind, name):
        arrays_of(kind)
        with pytest.raises(ArgumentError, match="cannot be the name of an array"):
            write_archive(tmp_path / f"a.{kind}", {name: np.ones(1)})
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("value", [np.array([None]), np.array([1j]), np.array([b"a"])])
    def test_what_is_no_number(self, tmp_path, kind, value):
        arrays_of(kind)
        with pytest.raises(ArgumentError, match=r"'x' holds .*; only numbers, truths and text"):
            write_archive(tmp_path / f"a.{kind}", {"x": value})


def test_another_suffix(tmp_path):
    with pytest.raises(ArgumentError, match=r"no known format; use one of \.npz, \.safetensors"):
        write_archive(tmp_path / "a.pkl", {})


def test_numpy_reads_ours_and_we_read_numpys(tmp_path):
    write_archive(tmp_path / "ours.npz", ARRAYS)
    with np.load(tmp_path / "ours.npz", allow_pickle=False) as found:
        assert found.files == list(ARRAYS)
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(found[name], array)
    foreign = {
        "a": np.arange(6.0).reshape(2, 3),
        "f": np.asfortranarray(np.arange(6).reshape(2, 3)),
    }
    foreign["big"] = np.array([1.0, 2.0], ">f4")
    np.savez(tmp_path / "theirs.npz", **foreign)
    found = read_archive(tmp_path / "theirs.npz")
    for name, array in foreign.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].flags.c_contiguous
    assert found["big"].dtype.isnative


def test_no_date_and_no_system_is_written(tmp_path):
    write_archive(tmp_path / "a.npz", ARRAYS)
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        for member in archive.infolist():
            assert member.date_time == (1980, 1, 1, 0, 0, 0)
            assert member.create_system == 3


def test_version_2_of_the_header(tmp_path):
    path = tmp_path / "a.npz"
    path.write_bytes(zipped(("x.npy", npy(np.arange(3.0), version=(2, 0)))))
    np.testing.assert_array_equal(read_archive(path)["x"], np.arange(3.0))


def test_parts_that_a_damaged_list_leaves_out(tmp_path):
    path = tmp_path / "a.npz"
    write_archive(path, {"a": np.ones(2), "b": np.ones(2), "c": np.array(3)})
    whole = path.read_bytes()
    for place in range(whole.rindex(b"a.npy") - 46, len(whole)):
        for value in (0, 1, 64, 255):
            path.write_bytes(whole[:place] + bytes([value]) + whole[place + 1 :])
            with suppress(DataFileError):
                assert list(read_archive(path)) == ["a", "b", "c"]


class TestForeignZips:
    def test_no_zip(self, tmp_path):
        refused(tmp_path / "a.npz", npy(np.ones(3)), "not a zip file")
        refused(tmp_path / "a.npz", pickle.dumps({"W": 1.0}), "not a zip file")

    def test_no_code_is_run(self, tmp_path):
        class Bomb:
            def __reduce__(self):
                return builtins.exec, ("raise SystemExit('run')",)

        bomb = np.array([Bomb()], object)
        content = npy(bomb, allow_pickle=True)
        refused(tmp_path / "a.npz", zipped(("W.npy", content)), "pickled objects are never loaded")
        refused(tmp_path / "a.npz", zipped(("W.pkl", pickle.dumps(Bomb()))), "ends in no .npy")

    @pytest.mark.parametrize(
        "name", ["../evil.npy", "/etc/evil.npy", "a/../../b.npy", ".npy", "C:x.npy", "..\\x.npy"]
    )
    def test_names_that_lead_elsewhere(self, tmp_path, name):
        refused(tmp_path / "a.npz", zipped((name, npy(np.ones(1)))))
        assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_two_of_a_name(self, tmp_path):
        content = zipped(("W.npy", npy(np.ones(1))), ("W.npy", npy(np.zeros(1))))
        refused(tmp_path / "a.npz", content, "'W.npy': it is there twice")

    def test_compressed(self, tmp_path):
        np.savez_compressed(tmp_path / "a.npz", W=np.ones(1000))
        refused(tmp_path / "a.npz", (tmp_path / "a.npz").read_bytes(), "it is compressed")

    def test_folders(self, tmp_path):
        refused(tmp_path / "a.npz", zipped(("folder/", b"")), "ends in no .npy")

    def test_a_password(self, tmp_path):
        content = bytearray(zipped(("W.npy", npy(np.ones(1)))))
        central = content.index(b"PK\x01\x02")
        content[6] |= 1
        content[central + 8] |= 1
        refused(tmp_path / "a.npz", bytes(content), "encrypted|password")

    @pytest.mark.parametrize(
        "text",
        [
            b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }\n",
            b"{'descr': '<f4', 'fortran_order': False, 'shape': (" + b"9" * 5000 + b",), }\n",
            b"{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000000,), }\n",
            b"{'descr': '<U999999999', 'fortran_order': False, 'shape': (1,), }\n",
            b"{'descr': '<f3', 'fortran_order': False, 'shape': (), }\n",
            b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n",
            b"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }\n",
            b"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }\n",
            b"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 1" + b"0" * 30 + b"), }\n",
            b"(" * 60_000,
            b"__import__('os').abort()\n",
            b"",
        ],
    )
    @pytest.mark.parametrize("version", [1, 2])
    def test_headers_that_lie(self, tmp_path, text, version):
        tracemalloc.start()
        refused(tmp_path / "a.npz", zipped(("W.npy", header(text, version))))
        assert tracemalloc.get_traced_memory()[1] < 5e6
        tracemalloc.stop()

    def test_a_header_longer_than_the_file(self, tmp_path):
        content = b"\x93NUMPY\x02\x00\xff\xff\xff\xff{'descr'"
        refused(tmp_path / "a.npz", zipped(("W.npy", content)))
        refused(tmp_path / "a.npz", zipped(("W.npy", b"\x93NUM")))

    def test_more_or_less_than_the_shape_says(self, tmp_path):
        whole = npy(np.ones(4))
        for content in (whole + b"\0", whole[:-1], whole + whole[-8:]):
            refused(
                tmp_path / "a.npz", zipped(("W.npy", content)), "holds less or more than float64"
            )

    def test_lengths_beyond_the_file_take_no_memory(self, tmp_path):
        content = bytearray(zipped(("W.npy", npy(np.ones(4)))))
        central = content.index(b"PK\x01\x02")
        for place in (18, 22):
            content[place : place + 4] = struct.pack("<I", 2**31)
            content[central + place + 2 : central + place + 6] = struct.pack("<I", 2**31)
        tracemalloc.start()
        refused(tmp_path / "a.npz", bytes(content), "longer than all of it")
        assert tracemalloc.get_traced_memory()[1] < 1e6
        tracemalloc.stop()

    def test_parts_that_overlap_take_no_memory(self, tmp_path):
        """A thousand entries that all mean the same bytes."""
        array = npy(np.zeros(25_000))
        content = zipped(("W0000.npy", array))
        central = content.index(b"PK\x01\x02")
        entry, end = content[central : content.index(b"PK\x05\x06")], content[-22:]
        entries = b"".join([entry.replace(b"W0000", b"W%04d" % i) for i in range(1000)])
        counts = struct.pack("<HHII", 1000, 1000, len(entries), central)
        bomb = content[:central] + entries + end[:8] + counts + end[20:]
        tracemalloc.start()
        refused(tmp_path / "a.npz", bomb, "longer than all of it")
        assert tracemalloc.get_traced_memory()[1] < 5e6
        tracemalloc.stop()


class TestSafetensors:
    @pytest.fixture(autouse=True)
    def library(self):
        return pytest.importorskip("safetensors.numpy")

    def test_others_read_ours_and_we_read_theirs(self, tmp_path, library):
        path = tmp_path / "a.safetensors"
        write_archive(path, {"W": np.ones(2, np.float32)})
        assert library.load_file(path)["W"].tolist() == [1.0, 1.0]
        library.save_file({"W": np.ones(2), "b": np.arange(2)}, path)
        assert {name: array.tolist() for name, array in read_archive(path).items()} == {
            "W": [1.0, 1.0],
            "b": [0, 1],
        }

    def test_names_that_lead_elsewhere(self, tmp_path, library):
        refused(tmp_path / "a.safetensors", library.save({"../W": np.ones(2)}), "no plain path")

    def test_what_it_cannot_hold(self, tmp_path):
        with pytest.raises(ArgumentError, match=r"cannot hold this .*str.*; save it as .npz"):
            write_archive(tmp_path / "a.safetensors", {"words": ARRAYS["words"]})
        with pytest.raises(ArgumentError, match="'__metadata__'; rename"):
            write_archive(tmp_path / "a.safetensors", {"__metadata__": np.ones(1)})

    def test_dtypes_that_numpy_lacks(self, tmp_path):
        text = b'{"W":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}'
        refused(tmp_path / "a.safetensors", struct.pack("<Q", len(text)) + text + b"\0")

    def test_odd_metadata(self, tmp_path):
        text = (
            b'{"__metadata__":{"crc32":"no"},"W":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'
        )
        content = struct.pack("<Q", len(text)) + text + b"\0"
        refused(tmp_path / "a.safetensors", content, "checksum")


def test_without_safetensors(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'autograd-lite\[safetensors\]'"):
        write_archive(tmp_path / "a.safetensors", {})
    (tmp_path / "b.safetensors").write_bytes(b"")
    with pytest.raises(MissingDependencyError, match="load: "):
        read_archive(tmp_path / "b.safetensors")


class TestWriting:
    def test_an_error_leaves_the_old_file(self, tmp_path, monkeypatch):
        path = tmp_path / "a.npz"
        write_archive(path, {"W": np.ones(3)})
        before = path.read_bytes()

        def full(_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(FileWriteError, match="No space left"):
            write_archive(path, {"W": np.zeros(3)})
        assert path.read_bytes() == before
        assert [file.name for file in tmp_path.iterdir()] == ["a.npz"]

    @pytest.mark.skipif(os.name == "nt", reason="kill -9")
    def test_a_killed_process_leaves_a_whole_file(self, tmp_path):
        script = (
            "import sys, numpy as np\n"
            "from autograd_lite.archive import write_archive\n"
            "for i in range(10**9):\n"
            "    write_archive(sys.argv[1], {'W': np.full(300_000, float(i))})\n"
            "    print(i, flush=True)\n"
        )
        path = tmp_path / "a.npz"
        for pause in (0.0, 0.003, 0.011):
            command = [sys.executable, "-c", script, str(path)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                for _ in range(3):
                    process.stdout.readline()
                time.sleep(pause)
                process.kill()
                process.wait()
            found = read_archive(path)["W"]
            assert found.shape == (300_000,)
            assert (found == found[0]).all()
            assert found[0] >= 2
