"""Data sets: what they hold, who may write into it, and what a damaged file says."""

import gzip
import hashlib
import importlib
import os
import sys
import time
import tracemalloc
import warnings
import zlib
from dataclasses import replace

import numpy as np
import pytest
from datafiles import FILES, assert_sealed, idx, promise, save, small_mnist

import autograd_lite as ag
from autograd_lite.datasets import digits, fashion_mnist, mnist, read_idx
from autograd_lite.errors import DataFileError

FOREIGN = pytest.mark.filterwarnings("ignore:.*does not hold the published content")


# ---- digits


def test_digits_are_float32_between_0_and_1_with_int64_labels():
    (x, t), (x_test, t_test) = digits()
    assert (x.shape, t.shape, x_test.shape, t_test.shape) == (
        (1437, 64),
        (1437,),
        (360, 64),
        (360,),
    )
    for images, labels in ((x, t), (x_test, t_test)):
        assert (images.dtype, labels.dtype) == (np.float32, np.int64)
        assert (images.min(), images.max()) == (0, 1)
        assert_sealed(images)
        assert_sealed(labels)


def test_digits_hold_every_published_image_once():
    (x, t), (x_test, t_test) = digits()
    images, labels = np.concatenate([x, x_test]), np.concatenate([t, t_test])
    published = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.bincount(labels).tolist() == published
    assert len(np.unique(images, axis=0)) == 1797
    assert (images * 16).sum() == 561718


def test_the_first_published_digit_is_a_zero():
    rows = """0 0 5 13 9 1 0 0   0 0 13 15 10 15 5 0   0 3 15 2 0 11 8 0   0 4 12 0 0 8 8 0
              0 5 8 0 0 9 8 0   0 4 11 0 1 12 7 0   0 2 14 5 10 12 0 0   0 0 6 13 10 0 0 0"""
    zero = np.array(rows.split(), np.float32) / 16
    (x, t), (x_test, t_test) = digits()
    images, labels = np.concatenate([x, x_test]), np.concatenate([t, t_test])
    assert labels[(images == zero).all(axis=1)].tolist() == [0]


def test_the_split_of_digits_is_fixed_and_mixes_all_classes():
    (_, t), (_, t_test) = digits()
    assert np.bincount(t).tolist() == [140, 140, 136, 151, 136, 153, 146, 140, 147, 148]
    assert t[:12].tolist() == [0, 6, 3, 8, 1, 8, 4, 1, 5, 8, 9, 7]
    assert np.bincount(t_test).min() >= 25
    again = digits()[0][1]
    assert again is not t
    np.testing.assert_array_equal(again, t)


def test_an_operation_keeps_a_read_only_image_without_copying_it():
    (x, _), _ = digits()
    w = ag.Variable(np.ones((64, 1), np.float32))
    tracemalloc.start()
    y = ag.linear(x, w)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < x.nbytes / 2
    y.sum().backward()
    np.testing.assert_allclose(w.grad[:, 0], x.sum(axis=0), rtol=1e-5)


# ---- IDX files


@pytest.mark.parametrize("zipped", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "i4", "f4", "f8"])
def test_every_idx_type_is_read_back_in_native_byte_order(tmp_path, dtype, zipped):
    array = (np.arange(24).reshape(2, 3, 4) * 5).astype(dtype)
    found = read_idx(save(tmp_path / "a", idx(array), zipped=zipped))
    assert found.dtype == np.dtype(dtype)
    assert found.dtype.isnative
    np.testing.assert_array_equal(found, array)
    assert_sealed(found)


def test_read_idx_takes_a_path_as_text(tmp_path):
    path = save(tmp_path / "a.gz", idx(np.arange(3, dtype=np.uint8)))
    assert read_idx(str(path)).tolist() == [0, 1, 2]


GOOD = idx(np.arange(24, dtype=np.uint8).reshape(2, 12))
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "begins with nothing"),
        (b"\0\0\x08", "begins with 00 00 08,"),
        (b"<!DOCTYPE html>", "begins with 3c 21 44 4f"),
        (PNG, "begins with 89 50 4e 47"),
        (b"\0\x01\x08\x01" + GOOD[4:], "begins with 00 01 08 01"),
        (b"\0\0\x07\x01" + GOOD[4:], "element type 07"),
        (b"\0\0\x0a\x01" + GOOD[4:], "element type 0a"),
        (b"\0\0\x08\x00" + GOOD[4:], "0 dimensions, not 1 to 64"),
        (b"\0\0\x08\xff" + bytes(2000), "255 dimensions, not 1 to 64"),
        (GOOD[:9], "8 bytes for 2 dimensions, but holds 5"),
        (promise(0, 12), r"shape \(0, 12\), which holds no element"),
        (GOOD[:-1], r"24 bytes of data for shape \(2, 12\) of uint8, but holds 23"),
        (GOOD[:12], "24 bytes of data .* but holds 0"),
        (GOOD + b"\0", "24 bytes of data .* but holds more"),
        (promise(3, code=13) + bytes(10), "12 bytes of data .* of float32, but holds 10"),
    ],
)
@pytest.mark.parametrize("zipped", [True, False], ids=["gzip", "plain"])
def test_a_file_that_is_not_idx_is_refused_and_named(tmp_path, content, message, zipped):
    path = save(tmp_path / "images.idx", content, zipped=zipped)
    with pytest.raises(DataFileError, match=message) as caught:
        read_idx(path)
    text = str(caught.value)
    assert str(path) in text
    assert text.endswith("replace it by an intact IDX file.")


def truncated(content):
    return content[: len(content) // 2]


def without_checksum(content):
    return content[:-8]


def wrong_checksum(content):
    return content[:-8] + bytes(4) + content[-4:]


def flipped(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


def followed(content):
    return content + b"not gzip"


def doubled(content):
    return content + content


@pytest.mark.parametrize(
    "damage", [truncated, without_checksum, wrong_checksum, flipped, followed, doubled]
)
def test_a_damaged_gzip_is_refused_and_named(tmp_path, damage):
    rng = np.random.default_rng(0)
    content = gzip.compress(idx(rng.integers(0, 256, (40, 28, 28), dtype=np.uint8)))
    path = tmp_path / "images.gz"
    path.write_bytes(damage(content))
    with pytest.raises(DataFileError, match="read_idx") as caught:
        read_idx(path)
    assert str(path) in str(caught.value)


def test_the_cause_of_a_damaged_gzip_is_kept(tmp_path):
    path = tmp_path / "images.gz"
    path.write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"\xff" * 40)
    with pytest.raises(DataFileError, match="cannot be read") as caught:
        read_idx(path)
    assert isinstance(caught.value.__cause__, zlib.error)


@pytest.mark.parametrize("zipped", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize(
    "header",
    [promise(0xFFFFFFFF), promise(*[0xFFFFFFFF] * 3), promise(*[0xFFFFFFFF] * 64, code=14)],
    ids=["4 GB", "10²⁸ B", "10⁶¹⁷ B"],
)
def test_a_huge_promise_fails_fast_and_takes_no_memory(tmp_path, header, zipped):
    path = save(tmp_path / "a", header + b"\0\1\2", zipped=zipped)
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(DataFileError, match="but holds 3;"):
        read_idx(path)
    elapsed = time.perf_counter() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert elapsed < 1
    assert peak < 8e6


def test_a_gzip_that_unpacks_to_far_more_than_promised_is_not_unpacked(tmp_path):
    path = save(tmp_path / "bomb.gz", promise(3) + bytes(200_000_000))
    tracemalloc.start()
    with pytest.raises(DataFileError, match=r"3 bytes of data .* but holds more"):
        read_idx(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8e6


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(DataFileError, match="No such file") as caught:
        read_idx(tmp_path / "absent.gz")
    assert str(tmp_path / "absent.gz") in str(caught.value)
    with pytest.raises(DataFileError, match="cannot be read"):
        read_idx(tmp_path)


# ---- MNIST


@FOREIGN
def test_mnist_comes_from_the_folder_in_the_environment(tmp_path, monkeypatch):
    arrays = small_mnist(tmp_path / "mnist")
    monkeypatch.setenv("AUTOGRAD_LITE_DATA", str(tmp_path))
    (x, t), (x_test, t_test) = mnist()
    for images, labels, pixels, classes in ((x, t, *arrays[:2]), (x_test, t_test, *arrays[2:])):
        assert (images.dtype, labels.dtype) == (np.float32, np.int64)
        assert images.shape == (len(pixels), 784)
        np.testing.assert_allclose(images.reshape(pixels.shape) * 255, pixels, atol=1e-4)
        np.testing.assert_array_equal(labels, classes)
        assert_sealed(images)
        assert_sealed(labels)


@FOREIGN
def test_a_folder_argument_comes_before_the_environment(tmp_path, monkeypatch):
    small_mnist(tmp_path / "mnist", seed=1)
    arrays = small_mnist(tmp_path / "other", counts=(4, 4, 2, 2), seed=2)
    monkeypatch.setenv("AUTOGRAD_LITE_DATA", str(tmp_path))
    (_, t), _ = mnist(str(tmp_path / "other"))
    np.testing.assert_array_equal(t, arrays[1])


@FOREIGN
@pytest.mark.parametrize("load", [mnist, fashion_mnist])
def test_options_change_the_form_and_not_the_content(tmp_path, load):
    pixels, classes, *_ = small_mnist(tmp_path)
    (x, t), (x_test, t_test) = load(tmp_path, one_hot=True, flatten=False, normalize=False)
    assert (x.dtype, t.dtype, x_test.dtype, t_test.dtype) == ("u1", "f4", "u1", "f4")
    assert (x_test.shape, t_test.shape) == ((3, 28, 28), (3, 10))
    np.testing.assert_array_equal(x, pixels)
    np.testing.assert_array_equal(t, np.eye(10)[classes])
    (flat, _), _ = load(tmp_path, normalize=False)
    np.testing.assert_array_equal(flat, pixels.reshape(5, 784))
    (square, _), _ = load(tmp_path, flatten=False)
    assert square.dtype == np.float32
    np.testing.assert_array_equal(square, pixels / np.float32(255))
    for array in (x, t, x_test, t_test, flat, square):
        assert_sealed(array)


def test_other_content_is_noted_once_at_the_users_line(tmp_path):
    small_mnist(tmp_path)
    with pytest.warns(UserWarning, match="mnist: .* not hold the published") as noted:
        mnist(tmp_path)
    assert len(noted) == 1
    assert noted[0].filename == __file__
    for part in (str(tmp_path), *[name.removesuffix(".gz") for name in FILES]):
        assert part in str(noted[0].message)


def test_the_note_names_only_the_file_that_differs(tmp_path, monkeypatch):
    small_mnist(tmp_path)
    module = importlib.import_module("autograd_lite.datasets.mnist")
    digests = [hashlib.sha256(gzip.decompress((tmp_path / n).read_bytes())) for n in FILES]
    files = module._files(*[digest.hexdigest() for digest in digests])
    monkeypatch.setattr(module, "MNIST", replace(module.MNIST, files=files))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (_, t), _ = mnist(tmp_path)
    save(tmp_path / FILES[1], idx((9 - t).astype(np.uint8)))
    with pytest.warns(UserWarning, match=r"\(different: train-labels-idx1-ubyte\)"):
        mnist(tmp_path)


ADVICE = (
    "AUTOGRAD_LITE_DATA",
    "mnist/",
    "folder=",
    "autograd_lite.datasets.digits()",
    "ag.datasets.mnist(download=True)",
    "pip install 'autograd-lite[download]'",
)


def test_without_the_variable_the_users_cache_folder_is_looked_into(tmp_path, monkeypatch):
    pooch = pytest.importorskip("pooch")
    monkeypatch.delenv("AUTOGRAD_LITE_DATA", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / project)
    with pytest.raises(DataFileError, match="does not exist") as caught:
        fashion_mnist()
    assert str(tmp_path / "autograd_lite" / "fashion-mnist") in str(caught.value)
    (tmp_path / "autograd_lite").mkdir()
    arrays = small_mnist(tmp_path / "autograd_lite" / "fashion-mnist")
    with pytest.warns(UserWarning, match="fashion_mnist"):
        (_, t), _ = fashion_mnist()
    np.testing.assert_array_equal(t, arrays[1])


@pytest.mark.parametrize("value", [None, ""])
def test_without_the_variable_and_pooch_the_message_says_what_to_set(monkeypatch, value):
    monkeypatch.setitem(sys.modules, "pooch", None)
    if value is None:
        monkeypatch.delenv("AUTOGRAD_LITE_DATA", raising=False)
    else:
        monkeypatch.setenv("AUTOGRAD_LITE_DATA", value)
    with pytest.raises(DataFileError, match="AUTOGRAD_LITE_DATA is not set") as caught:
        mnist()
    for part in (*FILES, *ADVICE):
        assert part in str(caught.value)


def test_a_missing_folder_is_named_with_all_its_files(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_LITE_DATA", str(tmp_path))
    with pytest.raises(DataFileError, match="does not exist") as caught:
        mnist()
    for part in (str(tmp_path / "mnist"), *FILES, *ADVICE):
        assert part in str(caught.value)


def test_a_folder_that_lacks_two_files_names_those_two(tmp_path):
    small_mnist(tmp_path)
    (tmp_path / FILES[0]).unlink()
    (tmp_path / FILES[3]).unlink()
    with pytest.raises(DataFileError, match="does not hold") as caught:
        mnist(tmp_path)
    text = str(caught.value)
    for part in (str(tmp_path), FILES[0], FILES[3], *ADVICE):
        assert part in text
    assert FILES[1] not in text
    assert FILES[2] not in text


def test_counts_of_images_and_labels_must_match(tmp_path):
    small_mnist(tmp_path, counts=(5, 5, 3, 4))
    with pytest.raises(DataFileError, match=r"3 images and .* 4 labels") as caught:
        mnist(tmp_path)
    assert FILES[2] in str(caught.value)
    assert FILES[3] in str(caught.value)


def test_labels_must_be_digits(tmp_path):
    small_mnist(tmp_path)
    save(tmp_path / FILES[1], idx(np.array([0, 1, 10, 3, 9], np.uint8)))
    with pytest.raises(DataFileError, match="holds the label 10, not only 0 to 9") as caught:
        mnist(tmp_path)
    assert str(tmp_path / FILES[1]) in str(caught.value)


@pytest.mark.parametrize(
    ("which", "array"),
    [
        (0, np.zeros(5, np.uint8)),
        (0, np.zeros((5, 32, 32), np.uint8)),
        (0, np.zeros((5, 28, 28), np.float32)),
        (1, np.zeros((5, 28, 28), np.uint8)),
        (1, np.zeros(5, np.int32)),
    ],
)
def test_files_of_another_shape_or_type_are_refused(tmp_path, which, array):
    small_mnist(tmp_path)
    path = save(tmp_path / FILES[which], idx(array))
    with pytest.raises(DataFileError, match="not uint8") as caught:
        mnist(tmp_path)
    for part in (str(path), str(array.shape), str(array.dtype)):
        assert part in str(caught.value)


def test_a_damaged_file_of_mnist_is_named(tmp_path):
    small_mnist(tmp_path)
    path = tmp_path / FILES[2]
    path.write_bytes(truncated(path.read_bytes()))
    with pytest.raises(DataFileError, match="cannot be read") as caught:
        mnist(tmp_path)
    assert str(path) in str(caught.value)


REAL = pytest.mark.skipif(
    "AUTOGRAD_LITE_DATA" not in os.environ,
    reason="needs the folder of data sets in AUTOGRAD_LITE_DATA",
)


@REAL
@pytest.mark.filterwarnings("error")
def test_the_real_fashion_mnist_is_the_published_one():
    (x, t), (x_test, t_test) = fashion_mnist()
    assert (x.shape, x_test.shape) == ((60_000, 784), (10_000, 784))
    assert np.bincount(t).tolist() == [6000] * 10
    assert np.bincount(t_test).tolist() == [1000] * 10
    assert t[:5].tolist() == [9, 0, 0, 3, 0]
    assert x.mean() == pytest.approx(0.2860, abs=1e-4)


@REAL
@pytest.mark.filterwarnings("error")
def test_the_real_mnist():
    (x, t), (x_test, t_test) = mnist()
    assert (x.shape, x_test.shape) == ((60_000, 784), (10_000, 784))
    assert np.bincount(t).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(t_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert t[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert x.mean() == pytest.approx(0.1307, abs=1e-4)
    for array in (x, t, x_test, t_test):
        assert_sealed(array)
