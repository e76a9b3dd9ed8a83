"""check_function: right Functions pass, and of every wrong one the broken law is named."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import partial
from typing import Any

import numpy as np
import pytest
from gallery import (
    RESULTS,
    WRONG,
    Cube,
    Later,
    Product,
    Rectified,
    Scale,
    Softmax,
    SumAndDifference,
    Wanted,
    WrongSign,
    softmax,
)
from hypothesis import assume, find, given, settings
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, GradientCheckError
from autograd_lite.graph.function import Operation
from autograd_lite.testing import (
    arrays,
    axes,
    broadcastable,
    check_function,
    dtypes,
    indices,
    layouts,
    shapes,
)
from autograd_lite.testing.laws import LAWS, close
from autograd_lite.testing.trial import BrokenLawError, Trial

# ---- right ones

check = partial(check_function, max_examples=15)


def test_one_operand():
    check(Cube, arrays(), expected=lambda x: x**3)


@pytest.mark.parametrize("product", [Product, Wanted])
def test_two_operands_that_broadcast(product):
    check(product, broadcastable(2), expected=np.multiply)


def test_several_outputs():
    pairs = shapes().flatmap(lambda shape: st.tuples(arrays(shape), arrays(shape)))
    check(SumAndDifference, pairs, expected=lambda a, b: (a + b, a - b))


def test_one_that_is_not_elementwise():
    check(Softmax, arrays(shapes(min_dims=1, min_side=1)), expected=softmax)


def test_options_of_the_constructor():
    check(lambda: Scale(2.5), arrays())
    check(partial(Scale, offset=0.5), arrays(), options={"factor": 3})
    with pytest.raises(GradientCheckError, match="Scale breaks the law 'value'"):
        check(lambda: Scale(2.5), arrays(), expected=lambda x: 2 * x)
    check(
        Scale,
        arrays(),
        options={"factor": st.floats(-2, 2), "offset": 0.5},
        expected=lambda x, factor, offset: x * factor + offset,
    )


def test_a_kink_is_kept_away_from():
    check(Rectified, arrays(away_from=0.0))
    with pytest.raises(GradientCheckError, match=r"'first order'.*away_from"):
        check(Rectified, arrays(including=0.0))


def test_any_callable_of_variables():
    check(lambda x: ag.tanh(x) * x, arrays(), expected=lambda x: np.tanh(x) * x)
    check(Operation.registry["tanh"], arrays(), expected=np.tanh)
    reduced = arrays().flatmap(lambda x: st.tuples(st.just(x), axes(x.ndim)))
    check(ag.sum, reduced, expected=lambda x, axis: np.sum(x, axis=axis))
    taken = arrays().flatmap(lambda x: st.tuples(st.just(x), indices(x.shape)))
    check(ag.getitem, taken, expected=lambda x, index: x[index])
    products = broadcastable(2, signature="(m,n),(n,p)->(m,p)")
    check(ag.matmul, products, expected=np.matmul)


def test_a_result_may_be_an_index():
    def largest(x):
        return ag.max(x), ag.Variable(np.argmax(x.data), requires_grad=False)

    check(largest, arrays(4, distinct=True), expected=lambda x: (x.max(), x.argmax()))


def test_what_is_given_is_a_constant():
    check(Product, arrays((2, 3)), np.array([1.0, 2.0, 3.0]), expected=np.multiply)
    check(Product, 2.5, arrays(), expected=np.multiply)
    check(ag.softmax_cross_entropy, arrays((2, 3)), np.array([0, 2]))
    number = st.tuples(arrays(), st.just(ag.Variable(2.0, requires_grad=False)))
    check(Product, number)


def test_a_drawn_number_is_differentiated():
    with pytest.raises(GradientCheckError, match="argument 2: float64"):
        check(lambda x, y: x * y.detach(), arrays((2,)), st.floats(1, 2))


def test_large_arrays_are_compared_along_directions():
    check(Cube, arrays((50, 50)))
    with pytest.raises(GradientCheckError, match="'first order'"):
        check(WrongSign, arrays((50, 50)))


def test_results_may_leave_the_dtype_where_that_is_expected():
    check(
        ag.astype,
        arrays(),
        np.float32,
        expected=lambda x, dtype: x.astype(dtype),
        rtol=1e-3,
        second_order=False,
    )
    with pytest.raises(GradientCheckError, match=r"'dtypes'.*result 1 is float32"):
        check(ag.astype, arrays(), np.float32, second_order=False)


# ---- wrong ones


@pytest.mark.parametrize(
    ("function", "drawn", "law", "words"), WRONG, ids=[row[0].__name__ for row in WRONG]
)
def test_the_broken_law_is_named(function: Any, drawn: Any, law: str, words: str):
    RESULTS.clear()
    with pytest.raises(GradientCheckError) as caught:
        check_function(function, *drawn, max_examples=25)
    said = str(caught.value)
    assert said.startswith(f"check_function: {function.__name__} breaks the law {law!r}: "), said
    assert caught.value.law == law
    assert re.search(words, said, flags=re.DOTALL), said
    assert "argument 1: float64" in said
    assert any("check_function(" in note for note in caught.value.__notes__)


def test_a_value_that_is_not_the_expected_one():
    with pytest.raises(GradientCheckError, match=r"'value': result: .* instead of 1.1"):
        check_function(Cube, arrays(), expected=lambda x: x**3 + 1)
    with pytest.raises(GradientCheckError, match=r"'value': result: shape \(\) instead of \(1,\)"):
        check_function(Cube, arrays(), expected=lambda x: np.atleast_1d(x**3))
    with pytest.raises(GradientCheckError, match=r"'value': result: 2 instead of 1"):
        check_function(SumAndDifference, arrays(3), arrays(3), expected=lambda a, b: a + b)
    domain = pytest.raises(GradientCheckError, match=r"'value': the result is not finite.*domain")
    with domain, np.errstate(invalid="ignore"):
        check_function(ag.log, arrays((2,), low=-2, high=-1))


def test_a_constant_that_is_read_when_it_may_have_changed():
    with pytest.raises(GradientCheckError, match=r"'constants'.*overwritten before backward"):
        check_function(lambda x, c: Later(c)(x), arrays(3), np.ones(3), second_order=False)


def test_what_fails_only_sometimes():
    calls = []

    def fails_once(x):
        calls.append(x)
        if len(calls) == 20:
            raise OSError("disk full")
        return Cube()(x)

    with pytest.raises(GradientCheckError, match=r"'determinism'.*pass in the next"):
        check_function(fails_once, arrays())


def test_the_earliest_law_is_named_whatever_is_found_first():
    """Below 0 the first derivative is wrong, everywhere there is no second one."""

    class Twice(Cube):
        def backward(self, gy):
            return 3 * self.x * np.abs(np.asarray(self.x)) * gy

    with pytest.raises(GradientCheckError, match="'first order'"):
        check_function(Twice, arrays())


def test_what_cannot_be_called():
    with pytest.raises(ArgumentError, match="lambda: Cube"):
        check_function(Cube(), arrays())
    with pytest.raises(ArgumentError, match="Scale cannot be made"):
        check_function(Scale, arrays())
    with pytest.raises(GradientCheckError, match="the factory returned int"):
        check_function(lambda: 3, arrays())
    with pytest.raises(ArgumentError, match="no drawn argument"):
        check_function(Cube, np.ones(3))


def test_the_function_may_assume_something():
    def positive(x):
        assume((x.data > 0).all())
        return ag.log(x)

    check_function(positive, arrays(2), expected=np.log, max_examples=10)


def test_seeds_repeat_the_examples():
    def drawn(seed: int | None) -> list[bytes]:
        seen = []
        check_function(
            lambda x: seen.append(x.data.tobytes()) or Cube()(x),
            arrays(9),
            seed=seed,
            max_examples=3,
        )
        return seen

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert drawn(None) != drawn(None)


# ---- from plain Python

SCRIPT = """
import autograd_lite as ag
class Wrong(ag.Function):
    def forward(self, x):
        return x * 2.0
    def backward(self, gy):
        return gy
ag.testing.check_function(Wrong, ag.testing.arrays())
"""


def test_from_plain_python_the_traceback_says_everything():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    for words in (
        "Wrong breaks the law 'first order'",
        "wrong factor: 0.5",
        "argument 1: float64 () 0.5",
        "arguments=(array(0.5",
    ):
        assert words in done.stderr
    assert len(done.stderr.splitlines()) < 20


def test_without_hypothesis_the_message_names_the_extra():
    script = (
        "import sys\nsys.modules['hypothesis'] = None\n"
        "from autograd_lite import *\nimport autograd_lite as ag\n"
        "for name in ag.testing.__all__:\n"
        "    try:\n        getattr(ag.testing, name)\n"
        "    except ag.errors.MissingDependencyError as error:\n        print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    said = done.stdout.splitlines()
    assert said == [
        f"testing: {name} needs hypothesis; install the extra autograd-lite[test]."
        for name in ag.testing.__all__
    ]
    with pytest.raises(AttributeError):
        ag.testing.nonsense


# ---- the laws one by one, as the table of operations can use them


@pytest.mark.parametrize("law", LAWS)
@given(broadcastable(2))
@settings(max_examples=10)
def test_a_law_of_an_operation(law: str, operands: tuple[np.ndarray, ...]):
    LAWS[law](Trial(ag.multiply, operands, places=(0, 1), expected=np.multiply))


def test_a_broken_law_says_what_differs():
    with pytest.raises(BrokenLawError, match=r"sum: 2 instead of 3 at \[1, 0\]"):
        close([[1.0, np.nan], [2.0, 5.0]], [[1.0, np.nan], [3.0, 5.0]], "sum")
    with pytest.raises(BrokenLawError, match="nan instead of 1"):
        close(np.nan, 1.0, "value")
    close(np.zeros((0, 2)), np.zeros((0, 2)), "nothing")
    close([np.inf, 1.0], [np.inf, 1.0], "infinite")


# ---- strategies


@given(st.data())
def test_arrays_are_within_bounds_and_away_from_kinks(data: st.DataObject):
    low, width = data.draw(st.floats(-5, 5)), data.draw(st.floats(0.5, 5))
    kinks = data.draw(st.lists(st.floats(-5, 5), max_size=2))
    x = data.draw(arrays(low=low, high=low + width, away_from=kinks))
    assert x.dtype == np.float64
    assert ((x >= low - 1e-6) & (x <= low + width + 1e-6)).all()
    for kink in kinks:
        assert (abs(x - kink) > 0.1 - 1e-6).all()
    if x.size:
        copied = eval(repr(x), {"array": np.array})
        assert np.array_equal(copied, x)  # an example can be copied from the message


@given(arrays((3, 4), distinct=True), broadcastable(3, distinct=True))
def test_distinct_numbers_are_apart(x: np.ndarray, several: tuple[np.ndarray, ...]):
    assert np.diff(np.sort(x.ravel())).min() > 0.1
    together = np.concatenate([y.ravel() for y in several])
    assert np.unique(together).size == together.size
    np.broadcast_shapes(*[y.shape for y in several])


@given(arrays(20, including=(0.0, 1.0)), arrays(dtype=dtypes()), arrays((2, 3), layout=layouts()))
def test_points_dtypes_and_layouts(x: np.ndarray, y: np.ndarray, z: np.ndarray):
    assert x.shape == (20,)
    assert y.dtype.kind == "f"
    assert z.shape == (2, 3)


def test_every_kind_is_drawn():
    find(arrays(dtype=dtypes()), lambda x: x.dtype == np.float16)
    find(arrays((2, 3), layout=layouts()), lambda x: x.strides == (-24, -8))
    find(arrays((2, 3), layout=layouts()), lambda x: not x.flags.writeable)
    find(arrays(20, including=(0.0, 1.0)), lambda x: {0.0, 1.0} <= set(x.tolist()))
    assert find(arrays(), lambda x: True).shape == ()
    assert find(arrays(), lambda x: x.size == 0).shape == (0,)
    assert find(arrays(shapes(min_dims=1, min_side=1)), lambda x: (x < 0).all()).shape == (1,)


def test_strategies_that_cannot_draw():
    with pytest.raises(ArgumentError, match="no number is left"):
        arrays(low=-0.05, high=0.05, away_from=0.0)
    with pytest.raises(ArgumentError, match="distinct"):
        arrays(distinct=True, including=0.0)
    with pytest.raises(ArgumentError, match="2 operands, not 3"):
        broadcastable(3, signature="(m,n),(n,p)->(m,p)")
    with pytest.raises(ArgumentError, match="layout 'D'"):
        find(arrays(layout="D"), lambda x: True)
