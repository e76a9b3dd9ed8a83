"""Every operation against what JAX and PyTorch say of it; they themselves are not needed."""

from __future__ import annotations

import numpy as np
import pytest
from oracles.differences import WHY, differences_of
from oracles.instances import instances_of, names
from oracles.page import PAGE, page
from oracles.storing import load, packed, stored_names, unpacked

from autograd_lite.checking.selfcheck import everything
from autograd_lite.functions.hyperbolic import Tanh
from autograd_lite.functions.selection import Maximum
from autograd_lite.graph.variable import Variable

# What no outside system is asked about.
ALONE = {
    **dict.fromkeys(("iv", "ive", "jv", "k0", "k1", "kv", "yv"), "Bessel functions of any order"),
    **dict.fromkeys(("ellipe", "ellipk"), "elliptic integrals"),
    **dict.fromkeys(("j0", "j1", "y0", "y1"), "Bessel functions, which have no derivative there"),
    "eig": "its vectors are known up to a phase; tests/test_linalg_complex.py takes what is not",
    **dict.fromkeys(("inv_boxcox", "spence"), "not exact in JAX, not in PyTorch"),
    "pseudo_huber": "a formula, but of SciPy alone",
}
SAMPLE = 15  # of what is stored

every_name = pytest.mark.parametrize("name", names())


def unexplained(name: str) -> list[str]:
    """Return what differs at a random point, or at an awkward one without a reason."""
    return [
        f"{found.instance.text}: {found.part} is {found.ours}, not {found.theirs}"
        for found in differences_of(name)
        if (found.instance.text not in WHY if found.instance.random else found.why is None)
    ]


def test_answers_are_stored_for_everything_and_nothing_else():
    """Otherwise run tests/oracles/generate.py."""
    assert stored_names() == sorted(names())


@every_name
def test_each_has_an_answer_from_outside(name: str):
    assert any(reference.answers for reference in load(name)) != (name in ALONE)


@every_name
def test_answers_are_those_of_jax_and_pytorch_unless_a_reason_stands_there(name: str):
    assert unexplained(name) == []


def test_no_reason_stands_there_in_vain():
    found = [d.instance for name in names() for d in differences_of(name)]
    assert set(WHY) <= {i.name for i in found} | {i.text for i in found}


def test_the_page_of_conventions_shows_every_difference():
    """Otherwise run tests/oracles/page.py."""
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("name", sorted(everything()))
def test_the_stored_points_are_those_of_the_operation(name: str):
    """Random cases are compared by their number: their draw may change."""
    wanted, stored = instances_of(name), [reference.instance for reference in load(name)]
    assert [i.text for i in stored if not i.random] == [i.text for i in wanted if not i.random]
    assert sum(i.random for i in stored) == sum(i.random for i in wanted)


@pytest.mark.parametrize(
    "argument",
    [
        slice(1, None, -2),
        ...,
        None,
        (0, [1, 2]),
        1 - 2j,
        np.array([[1, 2]]),
        [1 + 1j],
        "ij",
        -0.0,
        float,
    ],
)
def test_arguments_are_read_as_they_were_written(argument: object):
    assert repr(unpacked(packed(argument))) == repr(argument)


# ---- mutation: rules that are slightly wrong


def test_a_slope_that_is_a_thousandth_off_is_noticed(monkeypatch: pytest.MonkeyPatch):
    right = Tanh.backward
    monkeypatch.setattr(Tanh, "backward", lambda self, gy: right(self, gy) * 1.001)
    assert unexplained("tanh")


def test_a_value_that_is_slightly_off_is_noticed(monkeypatch: pytest.MonkeyPatch):
    right = Tanh.forward
    monkeypatch.setattr(Tanh, "forward", lambda self, x: right(self, x) * (1 + 1e-9))
    assert unexplained("tanh")


def test_a_second_derivative_that_is_off_is_noticed(monkeypatch: pytest.MonkeyPatch):
    """The first one comes from arrays, the second from Variables."""
    right = Tanh.backward

    def backward(self, gy):
        return right(self, gy) * (1.001 if isinstance(gy, Variable) else 1.0)

    monkeypatch.setattr(Tanh, "backward", backward)
    assert unexplained("tanh")


def test_another_choice_at_a_tie_is_noticed(monkeypatch: pytest.MonkeyPatch):
    """Half to each, as the others do: no number is unexplained, but the page is another."""
    right = Maximum.backward

    def shared(self, gy):
        return tuple([None if g is None else g * 0.5 for g in right(self, gy)])

    before = [difference.ours.tolist() for difference in differences_of("maximum")]
    monkeypatch.setattr(Maximum, "backward", shared)
    assert [difference.ours.tolist() for difference in differences_of("maximum")] != before


# ---- live: what is stored does not rot


def test_jax_and_pytorch_still_say_what_is_stored(pytestconfig: pytest.Config):
    """A sample of it; all with ``--long``."""
    pytest.importorskip("jax")
    pytest.importorskip("torch")
    from oracles.generate import asked

    every = [reference for name in stored_names() for reference in load(name)]
    size = len(every) if pytestconfig.getoption("--long") else SAMPLE
    for i in np.random.default_rng(7).choice(len(every), size, replace=False):
        instance, answers, lacking = every[i]
        again = asked(instance)
        assert again.lacking == lacking
        for system, answer in answers.items():
            assert again.answers[system].agrees(answer), (system, instance.text)
