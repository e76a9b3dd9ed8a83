"""Small parameters that are updated together: as if each had an optimizer of its own."""

import copy

import numpy as np
import pytest

import autograd_lite as ag

SHAPES = ((6, 5), (5,), (), (0, 3), (100, 90), (5, 2))  # the last but one is too large for a pack


def parameters(seed=0):
    rng = np.random.default_rng(seed)
    return [ag.Variable(rng.normal(size=shape).astype("float32")) for shape in SHAPES]


def train(params, optimizers, steps):
    """Take steps with other gradients, rates and layouts each time.

    One has no gradient in the third, and alone has one in the seventieth: the counts are equal
    again.
    """
    for step in steps:
        rng = np.random.default_rng(100 + step)
        for place, p in enumerate(params):
            slope = rng.normal(size=p.shape).astype("float32")
            p.zero_grad()
            if not (step == 3 and place == 1) and not (step == 70 and place != 1):
                p.grad = slope
                p._grad = p._grad.copy(order="F" if step % 2 else "C")
        for optimizer in optimizers:
            optimizer.lr = 0.01 / (1 + step // 5)
            if any([p.grad is not None for p in optimizer.params]):
                optimizer.step()


@pytest.mark.parametrize("make", [ag.optim.Adam, ag.optim.AdamW])
def test_together_or_alone_is_the_same(make):
    together, alone = parameters(), parameters()
    train(together, [make(together)], range(140))
    train(alone, [make([p]) for p in alone], range(140))
    for p, q in zip(together, alone, strict=True):
        np.testing.assert_array_equal(p.data, q.data)


def test_small_ones_share_their_state():
    family = ag.optim.Adam(parameters())._families[0]
    bases = {id(slot.state[0].base) for slot in family.slots if slot.parameter.size < 100}
    assert len(bases) == 1
    assert family.pack.others == [4]


@pytest.mark.parametrize("way", ["state", "deepcopy"])
def test_going_on_is_exact(way):
    straight = parameters()
    train(straight, [ag.optim.Adam(straight)], range(140))
    params = parameters()
    optimizer = ag.optim.Adam(params)
    train(params, [optimizer], range(60))
    if way == "state":
        saved = optimizer.state_dict()
        optimizer = ag.optim.Adam(params)
        optimizer.load_state_dict(saved)
    else:
        params, optimizer = copy.deepcopy((params, optimizer))
    train(params, [optimizer], range(60, 140))
    for p, q in zip(params, straight, strict=True):
        np.testing.assert_array_equal(p.data, q.data)


class Scaled(ag.optim.Adam):
    """Adam with a rate for each parameter."""

    def rates(self, xp, lr, steps):
        rate, eps = super().rates(xp, lr, steps)
        return rate * xp.asarray([1.0, 0.0]), eps


class Backwards(ag.optim.Adam):
    """Adam that climbs."""

    def update(self, xp, data, gradient, state, rates, scratch):
        super().update(xp, data, -gradient, state, rates, scratch)


def stepped(make):
    params = [ag.Variable([1.0, 2.0]), ag.Variable([3.0])]
    optimizer = make(params, lr=0.5)
    for _ in range(3):
        for p in params:
            p.grad = np.ones(p.shape)
        optimizer.step()
    return [p.data.tolist() for p in params]


def test_a_subclass_with_other_rates_or_updates_is_heeded():
    first, second = stepped(Scaled)
    assert (first, second) == (stepped(ag.optim.Adam)[0], [3.0])
    np.testing.assert_allclose(stepped(Backwards)[0], [2.5, 3.5])
