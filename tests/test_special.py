"""Special functions: what the harness of all operations does not see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import AutogradError, OperandError, ShapeError

scipys = pytest.importorskip("scipy.special")
special = ag.special
UFUNCS = [name for name in special.__all__ if isinstance(getattr(scipys, name), np.ufunc)]
OPEN = np.array([0.25, 0.5, 0.75])  # where all of them are smooth


def called(name: str, x: Any, of: Any) -> Any:
    """Call a function of either library on x, with a constant in each place before it."""
    function = getattr(of, name)
    return function(*[2.0] * (getattr(scipys, name).nin - 1), x)


def slopes_of(f: Any, x: Any, order: int = 1) -> np.ndarray:
    """Return a derivative of f, element by element."""
    v = ag.Variable(x)
    y = f(v)
    for _ in range(order - 1):
        y = ag.gradients(ag.sum(y), v, create_graph=True)
    return ag.gradients(ag.sum(y), v)


class TestScipysOwnFunctions:
    @pytest.mark.parametrize("name", UFUNCS)
    def test_ufuncs_on_variables_are_recorded(self, name: str):
        if name == "gammasgn":
            pytest.skip("it has no slope")
        y = called(name, ag.Variable(OPEN), scipys)
        assert isinstance(y, ag.Variable)
        assert y.requires_grad
        np.testing.assert_allclose(y.data, called(name, OPEN, scipys), rtol=1e-13)
        assert ag.gradcheck(lambda x: called(name, x, scipys), OPEN).comparisons == 3

    def test_zeta_which_wraps_a_ufunc(self):
        assert scipys.zeta(2.0, ag.Variable(OPEN)).requires_grad

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda v: scipys.erfi(v), "scipy.special.erfi cannot .* nearest .*special.erf,"),
            (lambda v: scipys.airy(v), "scipy.special.airy cannot be recorded"),
            (
                lambda v: scipys.erf(v, out=np.zeros(3)),
                "erf with out cannot be recorded .* leave that out",
            ),
            (lambda v: scipys.beta.outer(v, v), "beta.outer cannot be recorded"),
            (lambda v: scipys.logsumexp(v), "would cut the graph"),
            (lambda v: scipys.polygamma(1, v), "would cut the graph"),
        ],
    )
    def test_others_never_cut_the_graph(self, call: Any, message: str):
        with pytest.raises(AutogradError, match=message):
            call(ag.Variable(OPEN))


class TestConstants:
    @pytest.mark.parametrize(
        "name", ["jv", "yv", "iv", "ive", "kv", "zeta", "gammainc", "gammaincc"]
    )
    def test_a_variable_is_refused_in_words(self, name: str):
        with pytest.raises(OperandError, match=f"{name}: . cannot be differentiated"):
            getattr(special, name)(ag.Variable(2.0), ag.Variable(OPEN))

    def test_whole_orders(self):
        with pytest.raises(OperandError, match=r"polygamma: n: .* is not an integer"):
            special.polygamma(ag.Variable(1.0), OPEN)
        with pytest.raises(AutogradError, match="0 or more"):
            special.polygamma(-1, OPEN)
        with pytest.raises(AutogradError, match="must be above"):
            special.multigammaln(ag.Variable([0.4]), 2)
        with pytest.raises(AutogradError, match="1 or more"):
            special.multigammaln(ag.Variable([0.4]), 0)

    def test_they_broadcast_with_the_operand(self):
        orders, x = np.array([[0.5], [1.0]]), ag.Variable(OPEN)
        y = special.jv(orders, x)
        assert y.shape == (2, 3)
        y.sum().backward()
        np.testing.assert_allclose(x.grad, scipys.jvp(orders, OPEN).sum(axis=0), rtol=1e-13)
        with pytest.raises(ShapeError, match=r"jv: shapes \(3,\) and \(2,\) do not fit"):
            special.jv(np.ones(2), x)

    def test_they_take_the_operands_dtype(self):
        x = OPEN.astype(np.float32)
        expected = scipys.gammainc(np.float32(2.5), x)
        found = special.gammainc(np.float64(2.5), ag.Variable(x)).data
        np.testing.assert_array_equal(found, expected)

    @pytest.mark.parametrize("dtype", [np.float16, np.float32])
    def test_they_promote_nothing(self, dtype: Any):
        x = ag.Variable(OPEN, dtype=dtype)
        for y in (special.gammainc(np.float64(2.0), x), special.jv([1, 2, 3], x)):
            assert y.dtype == dtype
            assert slopes_of(lambda v: special.jv(np.float64(2.0), v), x.data).dtype == dtype


class TestExactness:
    """Where a formula loses its digits, or overflows; references of 40 digits, rounded."""

    @pytest.mark.parametrize(
        ("f", "x", "slope"),
        [
            (special.erfcx, 1e6, -5.641895835469100e-13),
            (special.dawsn, 1e6, -5.000000000007500e-13),
            (special.log_ndtr, -1e8, 1e8),
            (special.log_ndtr, 30.0, 1.4736461348785475e-196),
            (special.exprel, 1e-9, 0.5 + 1e-9 / 3),
            (special.exprel, -1e8, 1e-16),
            (special.spence, 1 + 1e-9, -1 + 5e-10),
            (special.ellipk, 1e-9, np.pi / 8 * (1 + 9e-9 / 8)),
            (special.psi, 1e8, 1.000000005e-8),
            (lambda v: special.boxcox(np.e, v), 1e-9, 0.5 + 1e-9 / 3),
            (lambda v: special.inv_boxcox(1.0, v), 0.0, -np.e / 2),
        ],
    )
    def test_slopes(self, f: Any, x: float, slope: float):
        np.testing.assert_allclose(slopes_of(f, x), slope, rtol=1e-12)

    @pytest.mark.parametrize(
        ("f", "x", "slope"),
        [
            (special.exprel, 0.0, 1 / 3),
            (special.spence, 1.0, 0.5),
            (special.ellipk, 0.0, 9 * np.pi / 64),
            (special.j1, 0.0, 0.0),
            (special.j0, 0.0, -0.5),
            (special.i0, 0.0, 0.5),
            (special.erfcx, 0.0, 2.0),
            (special.log_ndtr, 40.0, 0.0),
            (special.log_ndtr, -1e3, -0.999999000005999950),
            (special.rgamma, -1.0, 2 * (1 - np.euler_gamma)),
            (lambda v: special.inv_boxcox(1.0, v), 0.0, np.e * (1 / 4 + 2 / 3)),
            (lambda v: special.gammainc(1.0, v), 0.0, -1.0),
        ],
    )
    def test_second_derivatives(self, f: Any, x: float, slope: float):
        np.testing.assert_allclose(slopes_of(f, x, 2), slope, rtol=1e-9, atol=1e-12)

    def test_third_derivatives(self):
        np.testing.assert_allclose(
            slopes_of(special.gammaln, OPEN, 3), scipys.polygamma(2, OPEN), rtol=1e-13
        )
        np.testing.assert_allclose(
            slopes_of(lambda v: special.jv(2, v), OPEN, 3), scipys.jvp(2, OPEN, 3), rtol=1e-12
        )

    def test_polygamma_of_large_orders(self):
        np.testing.assert_allclose(
            special.polygamma(60, ag.Variable(2.5)).data, scipys.polygamma(60, 2.5), rtol=1e-13
        )
        np.testing.assert_array_equal(special.polygamma(0, OPEN).data, scipys.psi(OPEN))


HIDDEN = {
    "gammaln": (special.gammaln, -1.0),  # whose value is ∞, and its slope NaN
    "digamma": (special.digamma, -1.0),
    "gamma": (special.gamma, -1.0),
    "erfinv": (special.erfinv, 2.0),
    "y0": (special.y0, -1.0),
    "k1": (special.k1, -1.0),
    "gammainc": (lambda v: special.gammainc(2.0, v), -1.0),
    "betaln": (lambda v: special.betaln(v, 1.0), -1.0),
    "beta": (lambda v: special.beta(v, 1.0), -1.0),  # whose value is finite
}


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("above", [False, True], ids=["leaf", "computed"])
@pytest.mark.parametrize("name", HIDDEN)
@np.errstate(all="ignore")
def test_where_no_gradient_arrives_0_goes_back(name: str, above: bool, order: int):
    """SciPy raises no flag where it gives NaN."""
    f, at = HIDDEN[name]

    def hidden(v: Any) -> Any:
        return ag.where(np.array([False, True]), f(v * 1.0 if above else v), 0.0)

    found = slopes_of(hidden, [at, 0.5], order)
    np.testing.assert_allclose(found, [0.0, slopes_of(f, [0.5], order)[0]], rtol=1e-13)


class TestSums:
    def test_logsumexp_with_weights(self):
        x, b = (
            np.array([[1.0, 2.0, 800.0], [0.5, -1.0, 3.0]]),
            np.array([[2.0, 0.5, 0.0], [0.0, 1.0, 1.5]]),
        )
        for options in ({}, {"axis": 1}, {"axis": 0, "keepdims": True}):
            expected = scipys.logsumexp(x, b=b, **options)
            found = special.logsumexp(ag.Variable(x), b=b, **options)
            np.testing.assert_allclose(found.data, expected, rtol=1e-14)
        small, weights = np.array([0.5, -1.0, 3.0]), np.array([2.0, 0.5, 0.25])
        assert ag.gradcheck(lambda v, w: special.logsumexp(v, b=w), [small, weights])
        np.testing.assert_allclose(
            slopes_of(lambda w: special.logsumexp([1.0, 2.0], b=w), [0.0, 1.0]), [np.exp(-1), 1.0]
        )

    def test_logsumexp_with_a_sign(self):
        x, b = np.array([1.0, 2.0]), np.array([1.0, -1.0])
        logs, sign = special.logsumexp(ag.Variable(x), b=b, return_sign=True)
        expected, expected_sign = scipys.logsumexp(x, b=b, return_sign=True)
        np.testing.assert_allclose(logs.data, expected)
        assert type(sign) is np.ndarray
        assert sign == expected_sign == -1
        assert ag.gradcheck(lambda v: special.logsumexp(v, b=b, return_sign=True)[0], x)

    @pytest.mark.parametrize("name", ["softmax", "log_softmax"])
    @pytest.mark.parametrize("axis", [None, 0, -1])
    def test_softmax_of_all_or_an_axis(self, name: str, axis: int | None):
        x = np.array([[1.0, 2.0], [3.0, -1e4]])
        found = getattr(special, name)(ag.Variable(x), axis)
        np.testing.assert_allclose(found.data, getattr(scipys, name)(x, axis), rtol=1e-14)


def test_huber_is_scipys():
    r, delta = np.array([-3.0, -1.0, 0.5, 1.4999, 2.0]), 1.5
    np.testing.assert_allclose(special.huber(delta, r).data, scipys.huber(delta, r), rtol=1e-14)
    assert ag.gradcheck(special.huber, [np.array([1.5, 0.5]), np.array([[0.2], [-3.0]])])
    np.testing.assert_array_equal(slopes_of(lambda v: special.huber(1.0, v), [1.0, -1.0]), [1, -1])


def test_the_sign_of_gamma_is_a_plain_array():
    signs = special.gammasgn(ag.Variable([-0.5, 0.5]))
    assert type(signs) is np.ndarray
    np.testing.assert_array_equal(signs, [-1.0, 1.0])


def test_aliases():
    assert special.expit is ag.sigmoid
    assert special.psi is special.digamma
    assert special.jn is special.jv
    assert special.yn is special.yv
    for name in ("cbrt", "exp2", "expm1", "log1p"):
        assert getattr(special, name) is getattr(ag, name)


def test_everything_is_documented():
    for name in special.__all__:
        assert ">>>" in getattr(special, name).__doc__, name


def test_without_scipy_the_message_says_what_to_install():
    script = (
        "import sys; sys.modules['scipy.special'] = None; import autograd_lite as ag\n"
        "try: ag.special\n"
        "except ag.errors.MissingDependencyError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "pip install 'autograd-lite[scipy]'" in done.stdout


class TestCapture:
    def test_the_program_calls_scipy(self):
        w = ag.Variable(OPEN)

        def step(x: Any) -> Any:
            loss = ag.sum(special.gammaln(w) * special.erf(x))
            w.grad = None
            loss.backward()
            return loss

        captured, x = ag.capture(step), np.array([0.5, 1.0, 1.5])
        for scale in (1.0, 2.0, 3.0):
            found = float(captured(x * scale).data)
            np.testing.assert_allclose(
                found, (scipys.gammaln(OPEN) * scipys.erf(x * scale)).sum(), rtol=1e-14
            )
            np.testing.assert_allclose(w.grad, scipys.psi(OPEN) * scipys.erf(x * scale))
        assert "from scipy import special" in captured.source
        assert "special.psi(" in captured.source

    @pytest.mark.parametrize("changes", [False, True], ids=["any size", "fixed"])
    def test_an_exported_program_needs_scipy_and_says_so(self, tmp_path: Path, changes: bool):
        w = ag.Variable(np.array([1.5, 2.5]))

        def predict(x: Any) -> Any:
            y = special.erf(x * w).data
            if changes:
                w.assign(w.data * 0.5)
            return y

        captured, x = ag.capture(predict), np.array([[0.1, 0.2], [0.3, 0.4]])
        expected = scipys.erf(x * w.data)
        captured(x)
        if changes:
            w.assign([1.5, 2.5])
        path = captured.export(tmp_path / "model.py")
        text = path.read_text(encoding="utf-8")
        assert "that needs NumPy and SciPy alone" in text
        script = (
            "import sys; sys.modules['autograd_lite'] = None\n"
            "import model, numpy as np\n"
            f"f = [getattr(model, n) for n in ('predict', 'step') if hasattr(model, n)][0]\n"
            f"print(np.asarray(f(np.array({x.tolist()}))).tolist())"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        np.testing.assert_allclose(np.array(eval(done.stdout)), expected, rtol=1e-14)

    def test_what_both_libraries_have_is_told_apart(self):
        for function, line in ((np.cbrt, "from numpy import"), (scipys.cbrt, "from scipy import")):
            captured = ag.capture(lambda x, f=function: f(x) * 2.0)
            captured(OPEN)
            np.testing.assert_array_equal(captured(OPEN), function(OPEN) * 2.0)
            assert line in captured.source

    def test_exact_gelu_is_captured(self):
        captured = ag.capture(lambda x: ag.gelu(x, approximate="none").data)
        for _ in range(2):
            np.testing.assert_array_equal(captured(OPEN), OPEN * scipys.ndtr(OPEN))
