"""CIFAR-10 in its binary format: in a folder, in an archive, whole or a part of it."""

import gzip
import hashlib
import importlib
import io
import os
import tarfile
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from datafiles import assert_sealed

from autograd_lite.datasets import cifar10, cifar10_names
from autograd_lite.errors import DataFileError

MODULE = importlib.import_module("autograd_lite.datasets.cifar10")
FOLDER = "cifar-10-batches-bin"
PUBLISHED = "cifar-10-binary.tar.gz"
FOREIGN = pytest.mark.filterwarnings("ignore:.*does not hold the published content")


def batch(count, seed):
    """Random records: a label and 3072 pixels each."""
    rng = np.random.default_rng(seed)
    records = rng.integers(0, 256, (count, 3073), dtype=np.uint8)
    records[:, 0] = rng.integers(0, 10, count)
    return records


BATCHES = {
    "data_batch_1.bin": batch(3, 1),
    "data_batch_2.bin": batch(2, 2),
    "data_batch_10.bin": batch(4, 10),
    "test_batch.bin": batch(2, 0),
}


def tar(members, folder=FOLDER):
    """The bytes of an archive of regular files, or of other members as they are."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
                continue
            member = tarfile.TarInfo(f"{folder}/{name}" if folder else name)
            member.size = len(bytes(content))
            archive.addfile(member, io.BytesIO(bytes(content)))
    return buffer.getvalue()


def lay(folder, members=BATCHES, inside=""):
    (folder / inside).mkdir(parents=True, exist_ok=True)
    for name, content in members.items():
        (folder / inside / name).write_bytes(bytes(content))
    return folder


def archived(folder, content, name=PUBLISHED):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder


@FOREIGN
@pytest.mark.parametrize("how", ["files", "folder", "archive", "other archive", "./ archive"])
def test_all_batches_are_read_in_the_order_of_their_numbers(tmp_path, how):
    if "archive" in how:
        content = tar(BATCHES, f"./{FOLDER}" if how[0] == "." else FOLDER)
        archived(tmp_path, content, "cifar-10-binary-part.tar.gz" if "other" in how else PUBLISHED)
    else:
        lay(tmp_path, inside=FOLDER if how == "folder" else "")
    (x, t), (x_test, t_test) = cifar10(tmp_path)
    training = np.concatenate(list(BATCHES.values())[:3])
    for images, labels, records in ((x, t, training), (x_test, t_test, BATCHES["test_batch.bin"])):
        assert (images.dtype, labels.dtype) == (np.float32, np.int64)
        np.testing.assert_array_equal(images, records[:, 1:] / np.float32(255))
        np.testing.assert_array_equal(labels, records[:, 0])
        assert_sealed(images)
        assert_sealed(labels)


@FOREIGN
def test_options_change_the_form_and_not_the_content(tmp_path):
    lay(tmp_path)
    _, (x, t) = cifar10(tmp_path, one_hot=True, flatten=False, normalize=False)
    records = BATCHES["test_batch.bin"]
    assert (x.shape, x.dtype, t.dtype) == ((2, 3, 32, 32), np.uint8, np.float32)
    assert x[1, 2, 3, 4] == records[1, 1 + 2 * 1024 + 3 * 32 + 4]
    np.testing.assert_array_equal(t, np.eye(10)[records[:, 0]])
    assert_sealed(x)
    assert_sealed(t)


@FOREIGN
def test_the_published_archive_comes_before_others(tmp_path):
    small = {"data_batch_1.bin": batch(1, 5), "test_batch.bin": batch(1, 6)}
    archived(tmp_path, tar(small), "cifar-10-binary-part.tar.gz")
    archived(tmp_path, tar(BATCHES))
    assert len(cifar10(tmp_path)[0][1]) == 9


def test_a_part_of_the_data_loads_with_one_note(tmp_path):
    lay(tmp_path)
    with pytest.warns(UserWarning, match="cifar10: .* not hold the published") as noted:
        cifar10(tmp_path)
    assert len(noted) == 1
    assert noted[0].filename == __file__
    text = str(noted[0].message)
    for part in (str(tmp_path), "different: data_batch_1.bin, data_batch_2.bin"):
        assert part in text
    assert "not there: data_batch_3.bin, data_batch_4.bin, data_batch_5.bin" in text


def as_published(monkeypatch, mirror):
    """Have BATCHES count as the published content."""
    held = {name: hashlib.sha256(bytes(b)).hexdigest() for name, b in BATCHES.items()}
    source = replace(MODULE.CIFAR10, mirrors=(mirror,), files={PUBLISHED: held})
    monkeypatch.setattr(MODULE, "CIFAR10", source)


def test_the_published_content_loads_without_a_note(tmp_path, monkeypatch):
    as_published(monkeypatch, "")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cifar10(lay(tmp_path))


def test_a_published_batch_that_is_not_there_is_noted(tmp_path, monkeypatch):
    as_published(monkeypatch, "")
    members = {name: content for name, content in BATCHES.items() if name != "data_batch_2.bin"}
    with pytest.warns(UserWarning, match=r"\(not there: data_batch_2.bin\)"):
        cifar10(lay(tmp_path, members))


RECORD = bytes(3073)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds 0 bytes, not 1 to 10,000 records of 3,073 bytes"),
        (RECORD[:-1], "holds 3,072 bytes"),
        (RECORD + b"\0", "holds 3,074 bytes"),
        (bytes(10_001 * 3073), "holds more bytes"),
        (RECORD + b"\x0a" + RECORD[1:], "holds the label 10, not only 0 to 9"),
        (b"<!DOCTYPE html>", "holds 15 bytes"),
    ],
)
@pytest.mark.parametrize("archive", [False, True], ids=["folder", "archive"])
def test_a_batch_of_another_format_is_refused_and_named(tmp_path, content, message, archive):
    members = {**BATCHES, "data_batch_2.bin": content}
    archived(tmp_path, tar(members)) if archive else lay(tmp_path, members)
    with pytest.raises(DataFileError, match=message) as caught:
        cifar10(tmp_path)
    text = str(caught.value)
    assert "data_batch_2.bin" in text
    assert str(tmp_path) in text
    assert text.endswith("replace it by the file as published.")


def flipped(content, at):
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


GOOD = tar(BATCHES)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!DOCTYPE html>",
        GOOD[: len(GOOD) // 2],
        GOOD[:-1],
        GOOD[:-8],
        flipped(GOOD, len(GOOD) // 2),
        flipped(GOOD, len(GOOD) - 6),
        gzip.compress(b"no archive" * 100),
    ],
    ids=["empty", "page", "half", "-1", "-8", "middle", "checksum", "gzip"],
)
def test_a_damaged_archive_is_refused_and_named(tmp_path, content):
    archived(tmp_path, content)
    with pytest.raises(DataFileError) as caught:
        cifar10(tmp_path)
    assert str(tmp_path / PUBLISHED) in str(caught.value)


def link(name, target, kind=tarfile.SYMTYPE):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


@FOREIGN
def test_members_that_point_out_of_the_folder_are_neither_read_nor_written(tmp_path):
    outside = batch(5, 7)
    members = {f"{FOLDER}/{name}": content for name, content in BATCHES.items()}
    members |= {
        "../data_batch_3.bin": outside,
        "/tmp/data_batch_4.bin": outside,
        f"{FOLDER}/../data_batch_5.bin": outside,
        f"{FOLDER}/../{FOLDER}/data_batch_6.bin": outside,
        f"{FOLDER}/deep/data_batch_7.bin": outside,
        "link": link(f"{FOLDER}/data_batch_8.bin", "/etc/passwd"),
        "hard": link(f"{FOLDER}/data_batch_9.bin", "../../etc/passwd", tarfile.LNKTYPE),
        "device": link(f"{FOLDER}/data_batch_11.bin", "", tarfile.CHRTYPE),
    }
    folder = archived(tmp_path / "a" / "cifar-10", tar(members, folder=""))
    before = sorted(tmp_path.rglob("*"))
    assert len(cifar10(folder)[0][1]) == 9
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("members", "needs"),
    [
        ({"data_batch_1.bin": BATCHES["data_batch_1.bin"]}, "test_batch.bin"),
        ({"test_batch.bin": BATCHES["test_batch.bin"]}, "data_batch_1.bin"),
    ],
)
@pytest.mark.parametrize("archive", [False, True], ids=["folder", "archive"])
def test_data_to_train_and_to_test_must_be_there(tmp_path, members, needs, archive):
    archived(tmp_path, tar(members)) if archive else lay(tmp_path, members)
    with pytest.raises(DataFileError, match=f"does not hold .*{needs}") as caught:
        cifar10(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_a_missing_folder_is_named_with_what_it_should_hold(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_LITE_DATA", str(tmp_path))
    with pytest.raises(DataFileError, match="does not exist") as caught:
        cifar10()
    for part in (str(tmp_path / "cifar-10"), PUBLISHED, FOLDER, "cifar10(download=True)"):
        assert part in str(caught.value)


class Pretended:
    """What pooch downloads, without a network."""

    def __init__(self, content):
        self.content = content

    def __call__(self, url, output_file, pooch):
        Path(output_file).write_bytes(self.content)


def pretend(monkeypatch, content):
    pooch = pytest.importorskip("pooch")
    as_published(monkeypatch, "http://localhost/")
    monkeypatch.setattr(pooch, "HTTPDownloader", lambda progressbar: Pretended(content))


def test_a_download_is_bound_by_every_batch_and_kept_as_the_archive(tmp_path, monkeypatch):
    pretend(monkeypatch, GOOD)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(cifar10(tmp_path / "new", download=True)[0][1]) == 9
    assert [file.name for file in (tmp_path / "new").iterdir()] == [PUBLISHED]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (tar({**BATCHES, "data_batch_2.bin": batch(2, 3)}), "not the published data_batch_2.bin"),
        (tar({n: b for n, b in BATCHES.items() if "_10" not in n}), "data_batch_10.bin is not in"),
        (GOOD[:-9], "damaged, truncated or of another format"),
        (tar(BATCHES, folder="../elsewhere"), "damaged, truncated or of another format"),
    ],
)
def test_another_download_is_not_written(tmp_path, monkeypatch, content, message):
    pretend(monkeypatch, content)
    with pytest.raises(DataFileError, match=message):
        cifar10(tmp_path / "new", download=True)
    assert list((tmp_path / "new").iterdir()) == []


def test_ten_classes_have_names():
    assert len(set(cifar10_names)) == 10


@pytest.mark.skipif(
    "AUTOGRAD_LITE_DATA" not in os.environ,
    reason="needs the folder of data sets in AUTOGRAD_LITE_DATA",
)
@FOREIGN
def test_the_real_cifar10_or_a_part_of_it():
    (x, t), (x_test, t_test) = cifar10()
    assert len(x) % 10_000 == 0
    assert x.shape[1:] == x_test.shape[1:] == (3072,)
    assert np.bincount(t_test).tolist() == [len(t_test) // 10] * 10
    assert x.mean() == pytest.approx(0.4734, abs=0.005)
    for array in (x, t, x_test, t_test):
        assert_sealed(array)
