"""Debug mode: the first NaN or infinity, with line, ranges and path; nothing stays alive."""

from __future__ import annotations

import gc
import re
import threading
import time
import weakref
from contextlib import contextmanager
from pathlib import Path

import lookalike  # registers its array library
import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import GraphError, NonFiniteError, ShapeError
from autograd_lite.graph import STATE
from autograd_lite.graph.ranges import first_bad, range_of

DOCS = Path(__file__).parent.parent / "docs"

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def report_of(script):
    """Run a script in debug mode; return what the error says."""
    with ag.debug(), pytest.raises(NonFiniteError) as caught:
        script()
    return str(caught.value)


def sections(report):
    """Return the first line, and the indented lines under each heading."""
    first, *rest = report.split("\n")
    found, heading = {}, None
    for line in rest:
        if line.startswith(" " * 8):
            found[heading].append(line.strip())
        elif line:
            assert line.startswith("    ")
            heading = line.strip()
            found[heading] = []
    return first, found


def way(report, start):
    """Return the rows of the section whose heading starts so, their cells split."""
    _, found = sections(report)
    (heading,) = [h for h in found if h.startswith(start)]
    return [re.split(r" {2,}", line) for line in found[heading]]


def report_lines(report, text):
    """Return the line of source in a report, and the one that marks a part of it."""
    lines = report.split("\n")
    at = lines.index(" " * 8 + text)
    return lines[at], lines[at + 1]


def titles(report, start):
    return [row[0] for row in way(report, start)]


class TestForward:
    def test_log_of_zero_in_a_network(self):
        rng = np.random.default_rng(0)
        W = ag.Variable(rng.standard_normal((4, 3)), name="W")
        b = ag.Variable(np.zeros(3), name="b")
        x = ag.Variable(rng.standard_normal((5, 4)), name="x")

        def script():
            h = ag.relu(x @ W + b)
            h.name = "hidden"
            return -ag.mean(ag.log(h) * 2.0)

        report = report_of(script)
        first, found = sections(report)
        assert first.startswith(
            "log: the result of shape (5, 3) holds -inf at [0, 0] (made at test_d"
        )
        assert "return -ag.mean(ag.log(h) * 2.0)); argument 1 is 0.0 there" in first
        assert "keep it away from 0" in first
        (place,) = [lines for heading, lines in found.items() if heading.startswith("test_deb")]
        assert place == ["return -ag.mean(ag.log(h) * 2.0)", "^^^^^^^^^"]
        argument, result = way(report, "what went in")
        assert argument[:3] == ["argument 1 (relu 'hidden')", "float64 (5, 3)", "min 0.0"]
        zeros = int((np.maximum(x.data @ W.data, 0) == 0).sum())
        assert argument[-2:] == [f"{zeros} zeros", "[0, 0] is 0.0"]
        assert result[-2:] == [f"{zeros} inf", "[0, 0] is -inf"]
        path = way(report, "how argument 1 was made")
        assert [row[0] for row in path] == [
            "leaf 'x'",
            "matmul, with leaf 'W'",
            "add, with leaf 'b'",
            "relu 'hidden'",
            "log",
        ]
        assert [row[-1] for row in path][-1] == "← here"
        assert "h = ag.relu(x @ W + b)" in path[1][-1]

    def test_exploding_exp_is_cut_in_the_middle(self):
        w = ag.Variable([1.0, 2.0], name="w")

        def script():
            v = w
            for _ in range(20):
                v = v * 2.0
            return ag.exp(v)

        report = report_of(script)
        assert "argument 1 is 1.04858e+06 there, which leads past the largest float64" in report
        path = titles(report, "how argument 1")
        assert path[:2] == ["leaf 'w'", "mul, with 2.0"]
        assert path[4] == "… 13 operations …"
        assert path[-1] == "exp"
        assert len(path) == 10

    def test_zero_by_zero_follows_the_divisor(self):
        x = ag.Variable([3.0, 0.0, 1.0], name="x")
        report = report_of(lambda: x / ag.sqrt(x * x))
        assert report.startswith("div: the result of shape (3,) holds nan at [1]")
        assert "its arguments are 0.0 and 0.0 there: keep argument 2 away from 0" in report
        assert titles(report, "how argument 2") == [
            "leaf 'x'",
            "mul, with leaf 'x'",
            "sqrt",
            "div, with leaf 'x'",
        ]

    def test_one_by_almost_zero(self):
        report = report_of(lambda: 1.0 / ag.Variable([1e-320]))
        assert "keep argument 2 away from 0" in report

    def test_root_of_a_negative_number(self):
        x = ag.Variable([1.0, 2.0], name="x")
        report = report_of(lambda: ag.sqrt(x - 2.0))
        assert "argument 1 is -1.0 there: keep it where sqrt is defined" in report
        assert titles(report, "how argument 1")[0] == "leaf 'x'"

    def test_overflow_in_float16(self):
        x = ag.Variable(np.full((2, 3), 300, np.float16), name="x")
        report = report_of(lambda: x * x)
        assert (
            "its arguments are 300.0 and 300.0 there, which leads past the largest float16"
            in report
        )
        assert "use smaller values or a wider dtype" in report
        assert way(report, "what went in")[0][1:3] == ["float16 (2, 3)", "all 300.0"]
        assert not [h for h in sections(report)[1] if h.startswith("how")]

    def test_a_sum_of_products_in_float16(self):
        x = ag.Variable(np.full((2, 300), 30, np.float16))
        report = report_of(lambda: x @ x.T)
        assert "its arguments are finite, but matmul went past the largest float16" in report

    def test_one_number_is_shown_as_it_is(self):
        x = ag.Variable(0.0, name="x")
        report = report_of(lambda: ag.log(x))
        assert report.startswith("log: the result of shape () holds -inf (made at")
        assert way(report, "what went in")[0] == [
            "argument 1 (leaf 'x')",
            "float64 ()",
            "0.0",
            "1 zero",
        ]

    def test_the_zero_of_relu_is_followed_past_it(self):
        z, b = ag.Variable([-3.0, 1.0], name="z"), ag.Variable([0.0, 0.0], name="b")
        report = report_of(lambda: ag.log(ag.relu(z + b)))
        assert titles(report, "how")[:2] == ["leaf 'z'", "add, with leaf 'b'"]

    def test_under_no_grad_there_is_no_path(self):
        x = ag.Variable([0.0, 1.0], name="x")

        def script():
            with ag.no_grad():
                ag.log(x * 2.0)

        _, found = sections(report_of(script))
        (how,) = [lines for heading, lines in found.items() if heading.startswith("how")]
        assert how == ["not known: nothing is recorded under ag.no_grad()"]

    def test_several_results(self):
        class Both(ag.Function):
            outputs = ("a", "b")

            def forward(self, x):
                return x * 1.0, self.xp.log(x)

        x = ag.Variable([0.0], name="x")
        assert report_of(lambda: Both()(x)).startswith(
            "Both: result 2 of shape (1,) holds -inf at [0]"
        )

    def test_a_line_in_several_lines(self):
        x = ag.Variable([0.0], name="x")
        report = report_of(
            lambda: ag.log(
                x,
            )
        )
        assert "test_debugging.py" in report.partition("\n")[0]


class TestWhatCameIn:
    def test_data_with_nan(self):
        x = np.ones((3, 2))
        x[1, 1] = np.nan
        W = ag.Variable(np.ones((2, 2)), name="W")
        report = report_of(lambda: (x @ W).sum())
        assert report.startswith(
            "matmul: argument 1 (a constant) of shape (3, 2) holds nan at [1, 1]"
        )
        assert "it came in like this: replace such values" in report
        assert ["|".join(row) for row in way(report, "what went in")] == [
            "argument 1 (a constant)|float64 (3, 2)|min 1.0|mean 1.0|max 1.0|1 NaN|[1, 1] is nan",
            "argument 2 (leaf 'W')|float64 (2, 2)|all 1.0",
            "the result|float64 (3, 2)|min 2.0|mean 2.0|max 2.0|2 NaN",
        ]

    def test_a_leaf_with_nan(self):
        x = ag.Variable([1.0, np.nan], name="x")
        report = report_of(lambda: (x * 2.0).sum())
        assert report.startswith("mul: argument 1 (leaf 'x') of shape (2,) holds nan at [1]")
        assert "in a weight, look at the update that wrote it" in report

    def test_computed_before_the_block(self):
        x = ag.Variable([1.0, np.inf], name="x")
        y = x * 2.0
        report = report_of(lambda: y + 1.0)
        assert report.startswith("add: argument 1 (mul) of shape (2,) holds inf at [1]")
        assert "computed outside ag.debug(): let the block begin earlier" in report
        assert way(report, "how argument 1")[1][-1] == "(made outside ag.debug())"


class TestBackward:
    def test_sqrt_at_zero(self):
        x, t = ag.Variable([4.0, 0.0], name="x"), ag.Variable([1.0, 0.5], name="t")

        def script():
            d = ag.sqrt(x)
            d.name = "distance"
            loss = ag.mean(d * t)
            loss.backward()

        report = report_of(script)
        first, found = sections(report)
        assert first.startswith(
            "sqrt 'distance': the gradient of argument 1 (leaf 'x') of shape (2,) holds inf at [1] "
            "(made at test_debugging.py:"
        )
        assert "d = ag.sqrt(x)); the gradient that arrived is finite" in first
        assert "sqrt has no finite slope where argument 1 is 0.0" in first
        assert found["the slope of sqrt:"] == ["at 0 infinite; 0 where no gradient arrives"]
        table = way(report, "what went in")
        assert table[0][2:] == ["min 0.0", "mean 2.0", "max 4.0", "1 zero", "[1] is 0.0"]
        assert table[1][:3] == ["the arriving gradient", "float64 (2,)", "min 0.25"]
        assert table[2][-2:] == ["1 inf", "[1] is inf"]
        path = way(report, "from here to the loss")
        assert [row[0] for row in path] == ["sqrt 'distance'", "mul", "mean"]
        assert [row[2] for row in path] == ["0.125, 1 inf", "0.5", "1.0"]
        assert path[0][-1] == "← here"
        assert path[2][-1].endswith("loss = ag.mean(d * t)")
        assert x.grad is None

    def test_a_norm_of_ones_own(self):
        class Norm(ag.Function):
            keeps = ("x",)

            def forward(self, x):
                self.x = x
                return self.xp.abs(x)

            def backward(self, gy):
                return gy * self.x / self.xp.abs(self.x)

        x = ag.Variable([1.0, 0.0], name="x")
        report = report_of(lambda: Norm()(x).sum().backward())
        assert report.startswith(
            "Norm: the gradient of argument 1 (leaf 'x') of shape (2,) holds nan"
        )
        assert "Norm has no finite slope where argument 1 is 0.0" in report
        assert titles(report, "from here to the loss") == ["Norm", "sum"]
        assert way(report, "what went in")[0][-1] == "[1] is 0.0"

    def test_overflow_in_float16(self):
        x = ag.Variable(np.array([1.0, 2.0], np.float16), name="x")

        def script():
            y = x * 300.0
            y.backward(np.array([1.0, 300.0], np.float16))

        report = report_of(script)
        assert report.startswith(
            "mul: the gradient of argument 1 (leaf 'x') of shape (2,) holds inf"
        )
        assert "here it went past the largest float16 (65504.0): use smaller values" in report

    def test_a_bias_added_to_many_rows(self):
        b = ag.Variable(np.zeros(1, np.float16), name="b")

        def script():
            y = b + np.ones((1000, 1), np.float16)
            y.backward(np.full((1000, 1), 100, np.float16))

        report = report_of(script)
        assert report.startswith("add: the gradient of argument 1 (leaf 'b') of shape (1,)")
        assert "past the largest float16" in report

    def test_the_sum_of_a_leafs_gradients(self):
        w = ag.Variable(np.array([0.0], np.float16), name="w")

        def script():
            y = w * 40000.0 + w * 50000.0
            y.sum().backward()

        report = report_of(script)
        assert report.startswith(
            "leaf 'w': the sum of its 2 gradients of shape (1,) holds inf at [0];"
        )
        assert titles(report, "from here to the loss") == ["leaf 'w'", "mul", "add", "sum"]

    def test_the_sum_at_an_operation(self):
        w = ag.Variable(np.array([-1.0], np.float16), name="w")

        def script():
            h = w + 1.0
            y = h * 40000.0 + h * 50000.0
            y.sum().backward()

        report = report_of(script)
        assert report.startswith("add: the arriving gradient of shape (1,) holds inf at [0]")
        assert "it is the sum of 2 finite gradients" in report
        assert titles(report, "from here to the loss") == ["add", "mul", "add", "sum"]

    def test_a_bad_seed(self):
        x = ag.Variable([1.0, 2.0])
        report = report_of(lambda: (x * 2.0).backward(np.array([1.0, np.nan])))
        assert report.startswith("mul: the arriving gradient of shape (2,) holds nan at [1]")
        assert "pass a finite gradient to backward" in report

    def test_a_bad_hook(self):
        x = ag.Variable([1.0, 2.0])

        def script():
            y = x * 2.0
            y.register_hook(lambda gradient: gradient / 0.0)
            y.sum().backward()

        report = report_of(script)
        assert "look at the hook that was registered on this result" in report

    def test_the_path_goes_through_the_consumer_that_brought_most(self):
        x = ag.Variable([0.0], name="x")

        def script():
            y = ag.sqrt(x)
            small, large = y * 0.001, ag.exp(y) * 1000.0
            (small + large).sum().backward()

        path = titles(report_of(script), "from here to the loss")
        assert path == ["sqrt", "exp", "mul", "add", "sum"]

    def test_a_long_path_is_cut_in_the_middle(self):
        x = ag.Variable([0.0], name="x")

        def script():
            y = ag.sqrt(x)
            for _ in range(30):
                y = y + 1.0
            y.sum().backward()

        path = titles(report_of(script), "from here to the loss")
        assert path == ["sqrt", *["add"] * 4, "… 23 operations …", *["add"] * 3, "sum"]

    def test_one_of_several_outputs(self):
        class Halves(ag.Function):
            outputs = ("a", "b")

            def forward(self, x):
                return x[:1], x[1:]

            def backward(self, ga, gb):
                return self.xp.concatenate([ga, gb])

        x = ag.Variable([0.0, 4.0], name="x")

        def script():
            first, second = Halves()(ag.sqrt(x))
            (first * 2.0 + second).sum().backward()

        path = titles(report_of(script), "from here to the loss")
        assert path == ["sqrt", "Halves", "mul", "add", "sum"]

    def test_made_before_the_block(self):
        x = ag.Variable([0.0, 1.0], name="x")
        loss = (ag.sqrt(x) * 2.0).sum()
        report = report_of(loss.backward)
        assert way(report, "what went in")[0][-1] == "[0] is 0.0"
        assert way(report, "from here to the loss")[1][-1] == "(made outside ag.debug())"

    def test_values_that_nobody_kept(self):
        x = ag.Variable(np.linspace(0.0, 1.0, 100), name="x")
        loss = (ag.sqrt(x * 2.0) * 2.0).sum()
        table = way(report_of(loss.backward), "what went in")
        assert table[0][:3] == ["argument 1 (mul)", "float64 (100,)", "values not kept"]


class TestHigherOrder:
    def test_the_second_derivative_of_a_power(self):
        x = ag.Variable([0.0, 1.0], name="x")

        def script():
            g = ag.gradients(ag.power(x, 1.5).sum(), x, create_graph=True)
            g.sum().backward()

        report = report_of(script)
        assert "in the rule of pow: the gradient of argument" in report
        assert "g = ag.gradients(" in report
        assert titles(report, "from here to the loss")[-1] == "sum"

    def test_an_honest_infinity_in_a_recorded_pass(self):
        x = ag.Variable([0.0, 1.0], name="x")
        report = report_of(lambda: ag.gradients(ag.sqrt(x).sum(), x, create_graph=True))
        assert report.startswith("sqrt: the gradient of argument 1 (leaf 'x')")
        assert titles(report, "from here to the loss") == ["sqrt", "sum"]


class TestNoFalseAlarms:
    @pytest.mark.parametrize("create_graph", [False, True])
    def test_a_zero_that_meets_an_infinite_slope(self, create_graph):
        x = ag.Variable([0.0, 1.0])
        with ag.debug():
            y = ag.where(np.array([False, True]), ag.sqrt(x), 0.0).sum()
            g = ag.gradients(y, x, create_graph=create_graph)
        np.testing.assert_array_equal(np.asarray(g.data), [0.0, 0.5])

    def test_second_derivatives_past_it(self):
        x = ag.Variable([0.0, 1.0])
        with ag.debug():
            y = ag.where(np.array([False, True]), ag.sqrt(x), 0.0).sum()
            g = ag.gradients(y, x, create_graph=True)
            g.sum().backward()
        np.testing.assert_array_equal(x.grad, [0.0, -0.25])

    def test_an_infinite_gradient_that_nobody_asked_for(self):
        x, w = ag.Variable([0.0]), ag.Variable([0.5])
        with ag.debug():
            assert ag.gradients(ag.power(x, w).sum(), w) == 0.0
        report = report_of(lambda: ag.gradients(ag.power(x, w).sum(), [x, w]))
        assert report.startswith("pow: the gradient of argument 1")

    def test_an_infinite_gradient_of_a_constant(self):
        w = ag.Variable([0.5])
        with ag.debug():
            ag.power(np.array([0.0]), w).sum().backward()
        assert w.grad == 0.0

    def test_what_an_operation_leaves_out(self):
        x = ag.Variable([np.nan, 1.0])
        with ag.debug():
            ag.where(np.isnan(x.data), 0.0, x).sum().backward()
            x[1:].sum().backward()
        np.testing.assert_array_equal(x.grad, [0.0, 2.0])

    def test_the_walk_hears_nothing_of_the_measuring(self):
        x = ag.Variable([0.0, 1.0])
        with np.errstate(all="raise"), ag.debug():
            (x * 2.0).sum().backward()
            (ag.Variable(np.array([6e4, 6e4], np.float16)) / 2.0).sum()


class TestOtherArrays:
    def test_forward_and_backward(self):
        def on_look(values):
            v = ag.Variable(values).to("look").detach()
            v.requires_grad = True
            v.name = "far"
            return v

        x = on_look([0.0, 4.0])
        assert type(x.data) is lookalike.LookAlike
        report = report_of(lambda: ag.log(x * 1.0))
        assert way(report, "what went in")[0][-1] == "[0] is 0.0"
        assert titles(report, "how")[0] == "leaf 'far'"
        report = report_of(lambda: (ag.sqrt(x) * 2.0).sum().backward())
        assert "no finite slope where argument 1 is 0.0" in report
        assert titles(report, "from here") == ["sqrt", "mul", "sum"]
        with ag.debug():
            ag.where(lookalike.xp.asarray([False, True]), ag.sqrt(x), 0.0).sum().backward()
        assert x.grad.tolist() == [0.0, 0.25]


@contextmanager
def counting_only():
    """Let reference counting alone free things."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def network(watched, *, bad=False, create_graph=False):
    """Run one step of a small network; note its arrays and nodes."""
    W = ag.Variable(np.full((40, 40), 0.01), name="W")
    h = ag.tanh(np.ones((3, 40)) @ W)
    h.name = "hidden"
    root = ag.sqrt(ag.relu(-h) if bad else h)
    loss = (root @ W).sum()
    watched += [weakref.ref(v._data) for v in (W, h, root, loss)]
    if create_graph:
        g = ag.gradients(loss, W, create_graph=True)
        watched.append(weakref.ref(g._data))
        loss = g.sum()
    loss.backward()


class TestNothingStaysAlive:
    @pytest.mark.parametrize("create_graph", [False, True])
    def test_within_the_block_after_it_and_after_errors(self, create_graph):
        watched = []
        with counting_only():
            with ag.debug():
                network(watched, create_graph=create_graph)
                assert not [ref for ref in watched if ref() is not None]
                with pytest.raises(NonFiniteError):
                    network(watched, bad=True, create_graph=create_graph)
                assert not [ref for ref in watched if ref() is not None]
            assert STATE.observer is None
            try:
                with ag.debug():
                    network(watched, bad=True, create_graph=create_graph)
            except NonFiniteError:
                pass
            assert len(watched) >= 12
            assert not [ref for ref in watched if ref() is not None]

    def test_after_an_error_in_forward(self):
        watched = []

        def script():
            x = ag.Variable(np.zeros(100))
            watched.append(weakref.ref(x._data))
            y = x * 2.0
            watched.append(weakref.ref(y._data))
            ag.log(y)

        with counting_only(), ag.debug():
            with pytest.raises(NonFiniteError):
                script()
            assert [ref() for ref in watched] == [None, None]

    def test_after_an_error_of_a_users_rule(self):
        class Broken(ag.Function):
            def forward(self, x):
                return x * 2.0

            def backward(self, gy):
                raise OSError("broken")

        watched = []

        def script():
            x = ag.Variable(np.ones(100))
            watched.append(weakref.ref(x._data))
            Broken()(x * 2.0).sum().backward()

        with counting_only(), ag.debug():
            with pytest.raises(OSError, match="broken"):
                script()
            assert watched[0]() is None
            # The pass that broke off says nothing about what comes after it.
            assert report_of(lambda: ag.log(ag.Variable(0.0))).startswith("log: the result")

    def test_a_kept_error_holds_text_only_once_its_traceback_is_gone(self):
        x = ag.Variable(np.zeros(100))
        watched = weakref.ref(x._data)
        with counting_only():
            try:
                with ag.debug():
                    ag.log(x)
            except NonFiniteError as error:
                kept = error.with_traceback(None)
            del x
            assert watched() is None
            assert str(kept).startswith("log")

    def test_long_chains(self):
        x = ag.Variable(1.0)
        with ag.debug():
            y = x
            for _ in range(20_000):
                y = y + 1.0
            y.backward()
            del y
            y = x - 1.0
            for _ in range(20_000):
                y = y * 1.0
            report = report_of(lambda: ag.log(y))
        assert "… 19994 operations …" in titles(report, "how")
        assert x.grad == 1.0


class TestBlocks:
    def test_nested_blocks(self):
        x = ag.Variable([0.0], name="x")
        with ag.debug():
            with ag.debug():
                assert report_of(lambda: ag.log(x)).startswith("log")
            assert report_of(lambda: ag.log(x)).startswith("log")
        assert STATE.observer is None
        assert ag.log(x).item() == -np.inf

    def test_outside_nothing_is_noted(self):
        x = ag.Variable([1.0])
        with ag.debug():
            pass
        y = x * 2.0
        y.backward()
        assert y.creator._notes is None

    def test_letters_of_more_than_one_byte(self):
        größe = ag.Variable([0.0], name="größe")
        report = report_of(lambda: (größe * 2.0) + ag.log(größe))
        assert "leaf 'größe'" in report
        (place,) = [rows for heading, rows in sections(report)[1].items() if heading[:4] == "test"]
        line, mark = report_lines(report, place[0])
        assert line[mark.index("^") : mark.rindex("^") + 1] == "ag.log(größe)"

    def test_errors_of_shape_tell_the_line(self):
        a, b = ag.Variable(np.ones(2)), ag.Variable(np.ones(3))
        with ag.debug(), pytest.raises(ShapeError, match=r"test_debugging\.py:\d+: a \+ b"):
            a + b

    def test_lines_stay_known_afterwards(self):
        x = ag.Variable([1.0])
        with ag.debug():
            y = (x * x).sum()
        y.backward()
        with pytest.raises(GraphError, match=r"released.*test_debugging\.py"):
            y.backward()

    def test_a_pass_within_a_rule(self):
        class Checkpoint(ag.Function):
            """Computes again in backward."""

            keeps = ("x",)

            def forward(self, x):
                self.x = x
                return self.xp.sqrt(x)

            def backward(self, gy):
                inner = ag.Variable(self.x, name="inner")
                with ag.enable_grad():
                    y = ag.sqrt(inner)
                y.backward(gy)
                return inner.grad

        x = ag.Variable([0.0], name="x")
        report = report_of(lambda: (Checkpoint()(x * 1.0) * 3.0).sum().backward())
        assert report.startswith("sqrt in the rule of Checkpoint: the gradient of arg")
        assert "(leaf 'inner')" in report
        x = ag.Variable([4.0], name="x")

        def script():
            y = ag.sqrt(ag.Variable([0.0], name="outer") * x)
            (Checkpoint()(y + 1.0) * 3.0).sum().backward()

        assert titles(report_of(script), "from here") == ["sqrt", "add", "Checkpoint", "mul", "sum"]

    def test_threads(self):
        reports, barrier = {}, threading.Barrier(4)

        def work(name):
            barrier.wait(10)
            for _ in range(20):
                x = ag.Variable([0.0, float(len(name))], name=name)
                try:
                    y = ag.sqrt(x)
                    for _ in range(len(name)):
                        y = y * 2.0
                    y.sum().backward()
                except NonFiniteError as error:
                    reports.setdefault(name, set()).add(str(error))

        names = ["a", "bb", "ccc", "dddd"]
        with ag.debug():
            threads = [threading.Thread(target=work, args=(name,)) for name in names]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert sorted(reports) == names
        for name, said in reports.items():
            (report,) = said
            assert f"leaf {name!r}" in report
            assert titles(report, "from here") == ["sqrt", *["mul"] * len(name), "sum"]

    def test_other_threads_that_backward_at_the_block_end(self):
        x = ag.Variable([1.0])
        done = []

        def work():
            while not done:
                (x * 2.0 + 1.0).sum().backward()

        thread = threading.Thread(target=work)
        thread.start()
        for _ in range(50):
            with ag.debug():
                time.sleep(0.001)
        done.append(True)
        thread.join()
        assert np.isfinite(x.grad).all()


class TestRanges:
    def test_means_that_would_overflow(self):
        assert range_of(np.array([1.5e308, 1.5e308])).mean == 1.5e308
        assert range_of(np.full(1000, 6e4, np.float16)).mean == float(np.float16(6e4))

    def test_nothing_to_measure(self):
        for array in (np.zeros((0, 3)), np.array([np.nan]), np.array([1j])):
            assert not range_of(array).known
        assert range_of(np.array([1, 2])).high == 2.0
        assert range_of(np.array([True, False])).zeros == 1

    def test_the_first_bad_element(self):
        array = np.ones((2, 3, 4))
        array[1, 2, 0] = np.inf
        array[1, 2, 3] = np.nan
        assert first_bad(array) == (1, 2, 0)


def test_the_report_in_the_documentation_is_the_true_one(tmp_path):
    page = (DOCS / "safety.md").read_text(encoding="utf-8")
    section = page.partition("## Finding the line")[2]
    code, shown = re.search(r"```python\n(.*?)```.*?```text\n(.*?)```", section, re.DOTALL).groups()
    script = tmp_path / "train.py"
    script.write_text("import numpy as np\nimport autograd_lite as ag\n\n" + code, encoding="utf-8")
    space = {"__name__": "train"}
    exec(compile(script.read_text(encoding="utf-8"), str(script), "exec"), space)
    sentence, _, block = shown.partition("\n\n")  # which is wrapped there
    assert space["report"].split("\n") == [" ".join(sentence.split()), "", *block.splitlines()]
