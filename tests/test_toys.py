"""Computed and packaged tables: the points that the book and the lectures have."""

import csv
from importlib.resources import files

import numpy as np
import pytest
from datafiles import assert_sealed

from autograd_lite.datasets import (
    breast_cancer,
    breast_cancer_features,
    breast_cancer_names,
    breast_cancer_split,
    gate,
    plane,
    spiral,
)
from autograd_lite.errors import ArgumentError, OperandError

# ---- spiral


def book_spiral(seed, samples, classes):
    """Point by point, each with the next random number."""
    random = np.random.RandomState(seed)
    points = []
    for arm in range(classes):
        for i in range(samples):
            radius = i / samples
            angle = arm * 4.0 + radius * 4.0 + random.randn() * 0.2
            points.append([radius * np.sin(angle), radius * np.cos(angle)])
    return np.array(points)


@pytest.mark.parametrize(("seed", "samples", "classes"), [(1984, 100, 3), (0, 7, 2), (5, 1, 4)])
def test_the_spiral_is_the_books(seed, samples, classes):
    x, t = spiral(samples, classes, seed=seed, dtype="float64")
    np.testing.assert_allclose(x, book_spiral(seed, samples, classes), rtol=0, atol=1e-15)
    assert t.tolist() == [arm for arm in range(classes) for _ in range(samples)]
    assert t.dtype == np.int64
    single, _ = spiral(samples, classes, seed=seed)
    assert single.dtype == np.float32
    np.testing.assert_array_equal(single, x.astype(np.float32))
    for array in (x, t, single):
        assert_sealed(array)


def test_the_default_spiral_is_that_of_1984():
    np.testing.assert_array_equal(spiral()[0], spiral(100, 3, seed=1984)[0])


def test_the_spirals_labels_one_hot():
    _, t = spiral(2, 3, one_hot=True)
    assert t.dtype == np.float32
    np.testing.assert_array_equal(t, np.repeat(np.eye(3), 2, axis=0))
    assert_sealed(t)


def test_toys_leave_the_global_random_numbers_alone(monkeypatch):
    for name in ("seed", "rand", "randn"):
        monkeypatch.setattr(np.random, name, None)
    spiral()
    plane()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: spiral(0), ArgumentError, "spiral: samples is 0"),
        (lambda: spiral(5, -1), ArgumentError, "spiral: classes is -1"),
        (lambda: spiral(2.5), OperandError, "spiral: samples is 2.5"),
        (lambda: spiral(seed=-1), ArgumentError, "spiral: the seed is -1"),
        (lambda: spiral(seed=2**32), ArgumentError, "from 0 to 4294967295"),
        (lambda: spiral(seed=None), OperandError, "spiral: the seed is None"),
        (lambda: spiral(dtype="float16"), ArgumentError, "spiral: dtype='float16'"),
        (lambda: plane(0), ArgumentError, "plane: samples is 0"),
        (lambda: plane(boundary="circle"), ArgumentError, "boundary='circle' is unknown"),
        (lambda: gate("nor"), ArgumentError, "gate: 'nor' is unknown; pass one of and, or,"),
    ],
)
def test_what_cannot_be_made_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


# ---- gates


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("and", lambda a, b: a and b),
        ("OR", lambda a, b: a or b),
        ("nand", lambda a, b: not (a and b)),
        ("XOR", lambda a, b: a != b),
    ],
)
def test_gates_are_their_truth_tables(name, rule):
    x, t = gate(name)
    assert (x.dtype, t.dtype) == (np.float32, np.int64)
    assert x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert t.tolist() == [int(rule(a, b)) for a, b in x.tolist()]
    assert_sealed(x)
    assert_sealed(t)
    assert gate(name, dtype="float64")[0].dtype == np.float64


# ---- plane


def test_the_plane_of_the_lecture():
    x, t = plane(dtype="float64")
    first = [[-0.782599, 0.905209], [1.854088, 0.307004], [-1.248618, 0.832538]]
    first += [[0.238576, 0.712806], [-1.166176, -0.802204]]
    assert x[:5].round(6).tolist() == first
    assert t[:5].tolist() == [1, 0, 1, 1, 0]
    np.testing.assert_array_equal(t, [x2 + 1 > x1**2 for x1, x2 in x])
    assert (x.shape, t.sum()) == ((100, 2), 45)
    for array in (x, t, plane()[0]):
        assert_sealed(array)


def test_the_plane_with_a_line():
    x, t = plane(seed=42, boundary="line", dtype="float64")
    np.testing.assert_array_equal(x, np.random.RandomState(42).rand(100, 2) * 4 - 2)
    np.testing.assert_array_equal(t, [x2 - 1 > 2 * x1 for x1, x2 in x])
    assert t.sum() == 37


def test_labels_of_the_plane_do_not_depend_on_the_dtype():
    for boundary in ("parabola", "line"):
        single = plane(5000, boundary=boundary)[1]
        double = plane(5000, boundary=boundary, dtype="float64")[1]
        np.testing.assert_array_equal(single, double)


# ---- breast cancer


def test_breast_cancer_is_the_published_table():
    x, t = breast_cancer()
    assert (x.shape, x.dtype, t.dtype) == ((569, 30), np.float32, np.int64)
    assert np.bincount(t).tolist() == [212, 357]
    assert x[0, :4].tolist() == np.float32([17.99, 10.38, 122.8, 1001]).tolist()
    assert x.max() == 4254
    assert_sealed(x)
    assert_sealed(t)


def test_breast_cancer_is_scikit_learns():
    bunch = pytest.importorskip("sklearn.datasets").load_breast_cancer()
    x, t = breast_cancer()
    np.testing.assert_array_equal(x, bunch.data.astype(np.float32))
    np.testing.assert_array_equal(t, bunch.target)
    assert list(breast_cancer_features) == bunch.feature_names.tolist()
    assert list(breast_cancer_names) == bunch.target_names.tolist()


def test_float32_keeps_every_published_digit_of_breast_cancer():
    load = pytest.importorskip("sklearn.datasets").load_breast_cancer
    table = load().data
    x, _ = breast_cancer()
    assert [float(str(value)) for value in x.ravel()] == table.ravel().tolist()


def test_the_parts_of_breast_cancer_hold_every_row_once():
    parts = breast_cancer_split()
    assert [x.shape for x, _ in parts] == [(364, 30), (91, 30), (114, 30)]
    together = np.concatenate([np.column_stack([x, t]) for x, t in parts])
    whole = np.column_stack(breast_cancer())
    assert sorted(map(tuple, together)) == sorted(map(tuple, whole))
    for part in parts:
        for array in part:
            assert_sealed(array)


def test_the_parts_of_breast_cancer_are_scikit_learns():
    selection = pytest.importorskip("sklearn.model_selection")
    x, t = breast_cancer()

    def split(rows):
        return selection.train_test_split(rows, stratify=t[rows], test_size=0.2, random_state=42)

    rest, test = split(np.arange(569))
    expected = [*split(rest), test]
    for (part_x, part_t), rows in zip(breast_cancer_split(), expected, strict=True):
        np.testing.assert_array_equal(part_x, x[rows])
        np.testing.assert_array_equal(part_t, t[rows])


def test_the_kept_rows_are_numbers_from_0_to_568():
    kept = files("autograd_lite.datasets") / "data" / "breast_cancer_splits.csv"
    with kept.open() as lines:
        rows = [int(line["row"]) for line in csv.DictReader(lines)]
    assert sorted(rows) == list(range(569))
