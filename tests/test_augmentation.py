"""Augmentation: where pixels go, what is drawn, and that nothing of the caller's is changed."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_lite.datasets import Compose, Noise, Rotate, Shift
from autograd_lite.errors import ArgumentError, DTypeError, OperandError, ShapeError

ndimage = pytest.importorskip("scipy.ndimage")

IMAGES = np.random.default_rng(0).random((40, 3, 6, 8)).astype(np.float32)
SHAPE = (3, 6, 8)
TRANSFORMS = {
    "shift": Shift(2, shape=SHAPE),
    "rotate": Rotate(30, shape=SHAPE),
    "noise": Noise(0.3),
    "compose": Compose(Shift(1, shape=SHAPE), Rotate(10, shape=SHAPE), Noise(0.1)),
}


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
def test_the_same_draws_the_same_and_the_batch_stays(transform):
    given = IMAGES.copy()
    given.flags.writeable = False
    once = transform(given, np.random.default_rng(1))
    assert (transform(given, np.random.default_rng(1)) == once).all()
    assert (transform(given, np.random.default_rng(2)) != once).any()
    assert (given == IMAGES).all()
    assert not np.shares_memory(once, given)
    assert once.dtype == np.float32
    assert once.shape == given.shape


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
def test_flat_rows_and_images_alike(transform):
    flat = transform(IMAGES.reshape(40, -1), np.random.default_rng(1))
    shaped = transform(IMAGES, np.random.default_rng(1))
    assert (flat == shaped.reshape(40, -1)).all()


def test_shift_moves_each_image_by_its_own_whole_pixels():
    moved = Shift(2, shape=SHAPE)(IMAGES, np.random.default_rng(3))
    found = set()
    for image, result in zip(IMAGES, moved, strict=True):
        places = [
            (down, right)
            for down in range(-2, 3)
            for right in range(-2, 3)
            if (ndimage.shift(image, (0, down, right), order=0) == result).all()
        ]
        assert len(places) == 1
        found.add(places[0])
    assert len(found) > 12
    assert {down for down, _ in found} == {right for _, right in found} == {-2, -1, 0, 1, 2}


def test_no_shift_no_turn_no_noise_is_the_batch():
    for transform in (Shift(0, shape=SHAPE), Rotate(0, shape=SHAPE), Noise(0)):
        assert (transform(IMAGES, np.random.default_rng(0)) == IMAGES).all()


class Fixed:
    """A Generator that draws what it is told."""

    def __init__(self, degrees):
        self.degrees = degrees

    def uniform(self, low, high, size):
        assert (-low, high, size) == (180.0, 180.0, len(self.degrees))
        return np.asarray(self.degrees, float)


def test_rotate_turns_by_right_angles_exactly():
    squares = np.random.default_rng(0).random((4, 1, 7, 7))
    turned = Rotate(180, shape=(7, 7))(squares, Fixed([90.0, -90.0, 180.0, 0.0]))
    for turns, before, after in zip((1, -1, 2, 0), squares, turned, strict=True):
        np.testing.assert_allclose(after, np.rot90(before, turns, axes=(1, 2)), atol=1e-12)


def test_rotate_interpolates_between_four_pixels():
    angles = [10.0, -33.0, 75.0]
    turned = Rotate(180, shape=SHAPE)(IMAGES[:3].astype(float), Fixed(angles))
    for angle, before, after in zip(angles, IMAGES.astype(float), turned, strict=False):
        # "grid-constant" interpolates to the zeros outside, as here.
        options = {"axes": (1, 2), "reshape": False, "order": 1, "mode": "grid-constant"}
        np.testing.assert_allclose(after, ndimage.rotate(before, angle, **options), atol=1e-12)


def test_rotate_draws_angles_up_to_its_degrees():
    drawn = []

    class Spy:
        def uniform(self, low, high, size):
            drawn.extend(np.random.default_rng(0).uniform(low, high, size))
            return np.asarray(drawn)

    Rotate(15, shape=SHAPE)(IMAGES, Spy())
    assert len(set(drawn)) == len(IMAGES)
    assert max(drawn) < 15
    assert min(drawn) > -15
    assert max(drawn) - min(drawn) > 25


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_noise_has_its_deviation(dtype):
    zeros = np.zeros((100, 200), dtype)
    noise = Noise(0.25)(zeros + 1, np.random.default_rng(0))
    assert noise.dtype == dtype
    assert abs(noise.astype(float).std() - 0.25) < 0.005
    assert abs(noise.astype(float).mean() - 1) < 0.01


def test_compose_runs_in_order():
    double, add = (lambda b, _: b * 2), (lambda b, _: b + 1)
    assert Compose(double, add)(np.ones(1), None) == 3
    assert Compose(add, double)(np.ones(1), None) == 4
    assert Compose()(np.ones(1), None) == 1


def test_refusals():
    rng = np.random.default_rng(0)
    for pixels in (-1, 1.5, True, "2"):
        with pytest.raises(ArgumentError, match="Shift: pixels"):
            Shift(pixels)
    for value in (-1, float("nan"), float("inf"), "2", True):
        with pytest.raises(ArgumentError, match="Rotate: degrees"):
            Rotate(value)
        with pytest.raises(ArgumentError, match="Noise: std"):
            Noise(value)
    for shape in (28, (28,), (1, 2, 3, 4), (0, 28), ("a", "b")):
        with pytest.raises(ArgumentError, match="shape"):
            Shift(1, shape=shape)
    for transform in (Shift(1), Rotate(1)):
        with pytest.raises(ShapeError, match=r"\(2, 10\) does not hold images of shape"):
            transform(np.zeros((2, 10)), rng)
        with pytest.raises(ShapeError):
            transform(np.zeros(784), rng)
    for transform in (Rotate(1, shape=(2, 2)), Noise(1)):
        with pytest.raises(DTypeError, match="uint8"):
            transform(np.zeros((2, 4), np.uint8), rng)
    assert Shift(1, shape=tuple(np.array([2, 2])))(np.ones((2, 4)), rng).shape == (2, 4)
    assert Shift(1, shape=(2, 2))(np.ones((2, 4), np.uint8), rng).dtype == np.uint8
    with pytest.raises(OperandError, match="Compose: argument 2 is a int"):
        Compose(Noise(1), 3)
