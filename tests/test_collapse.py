"""Collapsed graphs: what repeats is shown once, what is large is closed, and nothing is lost."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from processes import printed_by_processes

import autograd_lite as ag
from autograd_lite.drawing.book import book_scene
from autograd_lite.drawing.collapse.groups import LARGEST, collapse
from autograd_lite.drawing.collapse.repeats import Run, find_runs
from autograd_lite.drawing.labels import number
from autograd_lite.drawing.naming import run_model
from autograd_lite.drawing.page.steps import steps_of
from autograd_lite.drawing.render.dot import to_dot
from autograd_lite.errors import ArgumentError
from autograd_lite.graph.description import Description

OPERATIONS = (ag.tanh, ag.sin, ag.exp, ag.cos, ag.relu, ag.sigmoid)


def irregular(y, count):
    """Compute what never repeats three times in a row: three letters of the Thue-Morse kind."""
    word = np.diff([bin(i).count("1") % 2 for i in range(count + 1)])
    for letter in word:
        y = (ag.tanh, ag.sin, ag.cos)[int(letter) + 1](y)
    return y


def drawn(description):
    return [n for n in description.nodes if n.kind in ("operation", "group")]


def labels(description):
    return {n.group for n in drawn(description)}


def edge_into(description, target, source):
    (edge,) = [e for e in description.edges if (e.source, e.target) == (source, target)]
    return edge


def copies(group):
    """Return how often what stands in some frames was computed, as their labels say."""
    found = [re.search(r"×(\d+)( \(\d+\))?$", label) for label in group]
    return prod([int(match[1]) for match in found if match])


def bits(value):
    return None if value is None else value.tobytes()


def totals(description):
    """Return, by result, its value, its uses, and its gradient summed over them."""
    uses = defaultdict(list)
    for edge in description.edges:
        uses[edge.source, edge.output].append(edge)
    return {
        key: (bits(edges[0].value), len(edges), sum([e.gradient.sum() for e in edges]))
        for key, edges in uses.items()
        if all([e.gradient is not None for e in edges])
    }


def check_results(whole: Description, small: Description) -> None:
    """Check that each result has one value, and that gradients add up to its whole gradient."""
    values = defaultdict(set)
    for edge in small.edges:
        values[edge.source, edge.output].add(bits(edge.value))
    assert all([len(found) == 1 for found in values.values()])
    true = defaultdict(list)
    for value, _, total in totals(whole).values():
        true[value].append(total)
    for (source, _), (value, uses, total) in totals(small).items():
        if source[0] == "v" or (uses > 1 and not source.startswith("fg")):
            close = [np.isclose(total, x, rtol=1e-9, atol=0.0, equal_nan=True) for x in true[value]]
            assert any(close), source


def check(whole: Description, small: Description) -> None:
    """Check what must hold of every collapsed graph."""
    places = {node.id: i for i, node in enumerate(small.nodes)}
    assert len(places) == len(small.nodes)
    for edge in small.edges:
        assert places[edge.source] < places[edge.target], "a cycle, or not oldest first"
    check_results(whole, small)
    arguments = [(e.target, e.position) for e in small.edges if e.target.startswith("fg")]
    assert len(arguments) == len(set(arguments))
    # Every operation is drawn, or stands behind something that is.
    total = 0
    for node in drawn(small):
        times = node.times if node.kind == "operation" else copies(node.group) * node.times
        total += times * (int(node.symbol.split()[0]) if node.kind == "group" else 1)
        if node.kind == "operation":
            assert node.times == copies(node.group)
            assert node.rule is None or node.times == 1
    assert total == len(drawn(whole))
    read = {edge.source for edge in small.edges}
    assert all([n.id in read for n in small.nodes if n.kind in ("input", "constant")])
    outputs = [[n.id for n in d.nodes if n.kind == "output"] for d in (whole, small)]
    assert outputs[0] == outputs[1]


class TestRuns:
    @staticmethod
    def runs(text, alike=True):
        letters = [ord(letter) for letter in text]
        return find_runs(letters, [ord(c) for c in text.lower()], lambda start, period: alike)

    @pytest.mark.parametrize(
        ("text", "runs"),
        [
            ("", []),
            ("a", []),
            ("aa", []),
            ("abcdef", []),
            ("aaa", [Run(0, 1, 3)]),
            ("xaaay", [Run(1, 1, 3)]),
            ("abababab", [Run(0, 2, 4)]),
            ("xabcabcabcabcy", [Run(1, 3, 4)]),
            ("aabaabaab", [Run(0, 3, 3)]),
            ("abaabbabaabbabaabb", [Run(0, 6, 3)]),
            ("aaaabcbcbcbc", [Run(0, 1, 4), Run(4, 2, 4)]),
            ("aaabaaabaaab", [Run(0, 1, 3), Run(4, 1, 3), Run(8, 1, 3)]),  # the inner loops first
            ("abababa", [Run(0, 2, 3)]),
            ("abababcbcbcb", [Run(0, 2, 3), Run(6, 2, 3)]),  # the b between them goes to the first
            ("babababbb", [Run(0, 2, 3), Run(6, 1, 3)]),
            ("ABABabababab", [Run(2, 2, 5)]),  # one copy may differ, not two
        ],
    )
    def test_found(self, text, runs):
        assert self.runs(text) == runs

    def test_a_first_copy_with_other_inputs(self):
        assert self.runs("Aaaa") == [Run(0, 1, 4)]
        assert self.runs("Abababab") == [Run(0, 2, 4)]
        assert self.runs("xABababab") == [Run(1, 2, 4)]
        assert self.runs("xABababab", alike=False) == [Run(3, 2, 3)]

    @given(st.lists(st.integers(0, 3), max_size=40), st.integers(3, 6), st.integers(0, 9))
    def test_true_and_apart(self, pattern, times, seed):
        around = np.random.default_rng(seed).permutation(range(4, 10)).tolist()
        tokens = around[:3] + pattern * times + around[3:]
        runs = find_runs(tokens, tokens, lambda start, period: True)
        done = 0
        for start, period, count in runs:
            assert start >= done
            assert count >= 3
            done = start + period * count
            assert tokens[start : done - period] == tokens[start + period : done]
        assert bool(runs) == bool(pattern)


class TestRepeats:
    def test_fifty_additions(self):
        y = ag.Variable(1.0, name="x")
        for _ in range(50):
            y = y + 1.0
        whole = ag.describe(y)
        small = collapse(whole)
        check(whole, small)
        assert [n.id for n in small.nodes] == ["v0", "c0", "f0", "y0"]
        assert labels(small) == {("×50",)}
        assert edge_into(small, "f0", "v0").value == 1.0
        assert edge_into(small, "y0", "f0").value == 51.0

    def test_a_shared_weight_gets_its_whole_gradient(self):
        x, w = ag.Variable(0.5, name="x"), ag.Variable(0.9, name="w")
        y = x
        for _ in range(100):
            y = ag.tanh(y * w)
        small = collapse(ag.describe(y))
        y.backward()
        assert labels(small) == {("×100",)}
        assert [n.name for n in drawn(small)] == ["mul", "tanh"]
        assert edge_into(small, "f0", "v1").gradient == pytest.approx(float(w.grad))
        assert edge_into(small, "f0", "v0").gradient == pytest.approx(float(x.grad))

    def test_weights_of_their_own_are_left_out(self):
        y = ag.Variable(0.5, name="x")
        for i in range(60):
            y = ag.tanh(y * ag.Variable(1.0, name=f"w{i}"))
        small = collapse(ag.describe(y))
        assert [n.name for n in small.nodes if n.kind == "input"] == ["x", "w0"]

    def test_other_constants_are_another_computation(self):
        y = ag.Variable(0.0)
        for i in range(50):
            y = y + float(i)
        assert len(drawn(collapse(ag.describe(y)))) == 50

    def test_other_wiring_is_another_computation(self):
        """Each adds the one before last: the same operations, but no chain of one."""
        a, b = ag.Variable(1.0), ag.Variable(2.0)
        for _ in range(30):
            a, b = b, a + b
        (frame,) = labels(collapse(ag.describe(b), largest=5))
        assert frame == ("×30",)
        y, first = ag.Variable(1.0), None
        for i in range(30):
            y = y + (first if first is not None and i % 7 == 5 else y)
            first = first if first is not None else y
        small = collapse(ag.describe(y), largest=5)
        assert labels(small) != {("×30",)}

    def test_a_first_round_that_is_wired_otherwise_stays_outside(self):
        y = w = ag.Variable(0.5)
        for _ in range(50):
            y = ag.tanh(y * w)
        small = collapse(ag.describe(y))
        assert [n.group for n in drawn(small)] == [(), (), ("×49",), ("×49",)]

    def test_both_edges_of_a_square_stay(self):
        y = ag.Variable(0.5)
        for _ in range(50):
            y = y * y
        y = y * y + 1.0
        small = collapse(ag.describe(y))
        assert len([e for e in small.edges if (e.source, e.target) == ("v0", "f0")]) == 2
        assert len([e for e in small.edges if (e.source, e.target) == ("f0", "f51")]) == 1

    def test_a_result_that_is_read_twice_after_the_run(self):
        y = ag.Variable(0.5)
        for _ in range(50):
            y = y + 1.0
        small = collapse(ag.describe(y * y))
        assert len([e for e in small.edges if (e.source, e.target) == ("f0", "f50")]) == 2

    def test_results_of_every_round(self):
        h, W = ag.Variable([1.0, 2.0], name="h"), ag.Variable(np.eye(2) / 2, name="W")
        states = []
        for _ in range(30):
            h = ag.tanh(h @ W)
            states.append(h)
        whole = ag.describe(ag.stack(states).sum())
        small = collapse(whole)
        check(whole, small)
        assert len(drawn(small)) == 4
        stack = next(n.id for n in small.nodes if n.name == "stack")
        edge = edge_into(small, stack, "f1")
        assert (edge.name, edge.value, edge.gradient) == ("30 values", None, None)
        assert [n.rule for n in small.nodes if n.id == stack] == [None]
        texts = [(link.over and link.over.text, link.under) for link in book_scene(small).links]
        assert texts.count(("30 values", None)) == 1
        bare = [link.over.text for link in book_scene(small, values=False).links if link.over]
        assert bare == ["30 values"]

    @pytest.mark.parametrize("apart", [1, 4, 5])
    def test_a_few_results_of_a_loop_are_shown_each(self, apart):
        h, states = ag.Variable(0.5), []
        for _ in range(30):
            h = ag.tanh(h)
            states.append(h)
        whole = ag.describe(ag.stack(states[-apart:]).sum())
        small = collapse(whole)
        check(whole, small)
        edges = [e for e in small.edges if (e.source, e.target) == ("f0", "f30")]
        values = [v.item() for v in states[-apart:]] if apart < 5 else [None]
        assert [e.value for e in edges] == values
        assert len({e.output for e in edges}) == len(edges)
        assert {n.id: n.rule is None for n in small.nodes}["f30"] == (apart == 5)

    def test_a_result_from_the_middle_of_a_loop_is_another_one(self):
        h = ag.Variable(1.0, name="x")
        for i in range(30):
            h = ag.tanh(h) * 1.5
            if i == 14:
                mid = h
        whole = ag.describe(ag.exp(h) + ag.exp(mid) * 3.0)
        small = collapse(whole)
        check(whole, small)
        leaving = [(e.output, float(e.value)) for e in small.edges if e.source == "f1"]
        assert leaving == [(1, h.item()), (2, mid.item())]
        assert not [m for m in book_scene(small).marks if m.id[0] == "b"]

    def test_what_goes_on_inside_and_leaves_is_not_added_up(self):
        """The state is read twice inside of each copy, by the next one, and after the loop."""
        state = ag.Variable(0.5, name="x")
        for _ in range(20):
            state = ag.tanh(state)
            state = ag.sin(state) * state
        whole = ag.describe(ag.exp(state) + ag.cos(state))
        check(whole, collapse(whole))
        cell, out = ag.Variable(0.5, name="c"), ag.Variable(0.5, name="h")
        for _ in range(20):
            cell = ag.sin(cell) + out
            out = ag.tanh(cell) * ag.cos(cell)
        whole = ag.describe([ag.exp(out) + ag.cos(cell), ag.relu(cell)])
        small = collapse(whole)
        check(whole, small)
        inside = [e for e in small.edges if e.source == "f1" and e.target in ("f2", "f3")]
        assert len({e.value.tobytes() for e in inside}) == 1
        assert len({e.output for e in inside}) == 2

    def test_rounds_of_two_loops_that_read_each_other(self):
        h, states = ag.Variable(0.5, name="x"), []
        for _ in range(30):
            h = ag.tanh(h + 0.5)
            states.append(h)
        z = ag.exp(h)
        for state in states:
            z = ag.sin(z * state)
        whole = ag.describe(z)
        small = collapse(whole)
        check(whole, small)
        values = [float(e.value) for e in small.edges if e.source == "f1"]
        assert labels(small) == {("×30",), (), ("×30 (2)",)}
        assert values == [states[-1].item(), states[0].item()]

    def test_a_result_that_is_left_out_elsewhere_is_not_added_up(self):
        """Rounds whose results do not go on to the next one; of two loops, or all at once."""
        h, results = ag.Variable(0.5, name="x"), []
        for _ in range(30):
            h = ag.tanh(h + 0.5)
            results.append(ag.sin(h))
        z = ag.exp(h)
        for result in results:
            z = ag.relu(z + result) * 1.0
        outside = ag.exp(results[7]) * ag.cos(results[7])
        for y in (outside + ag.stack(results).sum(), outside + z):
            small = collapse(ag.describe(y))
            check(ag.describe(y), small)
            assert len([e for e in small.edges if e.source == "f2"]) == 3

    def test_inputs_of_later_copies_that_are_drawn_have_all_their_arrows(self):
        weights = [ag.Variable(0.5 + i / 9, name=f"w{i}") for i in range(30)]
        y = ag.Variable(0.5)
        for w in weights:
            y = ag.tanh(y * w)
        whole = ag.describe(y + weights[7])
        small = collapse(whole)
        check(whole, small)
        assert [n.name for n in small.nodes if n.kind == "input"] == [None, "w0", "w7"]

    def test_other_settings_are_another_computation(self):
        y = ag.Variable(1.0)
        for i in range(30):
            y = ag.leaky_relu(y, alpha=0.01 * (i + 1))
        assert len(drawn(collapse(ag.describe(y)))) == 30
        y = ag.Variable(np.arange(9.0).reshape(3, 3))
        for i in range(30):
            y = ag.softmax(y, axis=i % 2)
        assert [n.group for n in drawn(collapse(ag.describe(y.sum())))][:2] == [("×15",)] * 2

    def test_settings_that_say_which_data_are_read_are_none(self):
        steps = ag.Variable(np.linspace(-1, 1, 40), name="steps")
        h = ag.Variable(np.linspace(1, -1, 4))
        for i in range(40):
            h = ag.relu(ag.maximum(h, -h) - steps[i])
        assert [n.group for n in drawn(collapse(ag.describe(h.sum())))][:2] == [("×40",)] * 2

    def test_what_stands_for_many_has_no_rule(self):
        y = ag.Variable(0.5)
        for _ in range(30):
            y = ag.tanh(y)
        small = collapse(ag.describe(ag.exp(y)))
        told = [(n.times, n.rule is None) for n in drawn(small)]
        assert told == [(30, True), (1, False)]

    def test_a_value_from_far_away_that_all_rounds_read(self):
        x = ag.Variable(0.5, name="x")
        memory = ag.exp(x)
        y = ag.sin(x)
        for _ in range(40):
            y = ag.tanh(y * memory)
        small = collapse(ag.describe(y))
        assert [n.name for n in drawn(small)] == ["exp", "sin", "mul", "tanh"]
        assert edge_into(small, "f2", "f0").gradient == pytest.approx(
            sum([float(e.gradient) for e in ag.describe(y).edges if e.source == "f0"])
        )

    def test_loops_inside_loops(self):
        y = ag.Variable(0.5)
        for _ in range(10):
            for _ in range(20):
                y = y + 1.0
            y = ag.tanh(y)
        whole = ag.describe(y)
        small = collapse(whole, largest=10)
        check(whole, small)
        assert labels(small) == {("×10",), ("×10", "×20")}

    def test_inner_loops_that_are_wired_otherwise_are_another_computation(self):
        y = ag.Variable(0.5)
        for i in range(8):
            w = ag.Variable(1.0)
            for _ in range(10):
                y = y * w if i % 2 else y * ag.Variable(1.0)
            y = ag.tanh(y) if i % 2 else ag.sin(ag.tanh(y))
        small = collapse(ag.describe(y), largest=5)
        assert {label[:1] for label in labels(small)} == {("×4",)}
        z = ag.Variable(0.5)
        for i in (0, 1, 1, 0, 1, 0, 0, 1):
            w = ag.Variable(1.0)
            for _ in range(10):
                z = z * w if i else z * ag.Variable(1.0)
            z = ag.tanh(z)
        small = collapse(ag.describe(z), largest=4)
        check(ag.describe(z), small)
        assert {label[0].split()[0] for label in labels(small) if label} == {"×10"}

    def test_two_frames_that_say_the_same_are_two(self):
        y = ag.Variable(0.5)
        for _ in range(30):
            y = y + 1.0
        y = ag.exp(-y)
        for _ in range(30):
            y = ag.tanh(y)
        assert labels(collapse(ag.describe(y))) == {("×30",), (), ("×30 (2)",)}

    def test_values_that_are_not_finite_in_a_copy_that_is_not_drawn(self):
        y = ag.Variable(600.0)
        with np.errstate(over="ignore"):
            for _ in range(60):
                y = y * 1e10
        y = ag.tanh(y)
        small = collapse(ag.describe(y))
        marks = {m.id: m.alarm for m in book_scene(small).marks}
        assert marks["f0"]
        assert not marks["f60"]
        value, range_ = next((n.value, n.range) for n in small.nodes if n.id == "f0")
        assert (value, range_.infinities) == (6e12, 1)


class Block(ag.nn.Module):
    def __init__(self, rng):
        self.a = ag.nn.Linear(4, 4, rng=rng)
        self.b = ag.nn.Linear(4, 4, rng=rng)

    def forward(self, x):
        return x + self.b(ag.relu(self.a(x)))


class Residual(ag.nn.Module):
    def __init__(self, count=12):
        rng = np.random.default_rng(0)
        self.first = ag.nn.Linear(3, 4, rng=rng)
        for i in range(count):
            setattr(self, f"block{i}", Block(rng))
        self.head = ag.nn.Linear(4, 1, rng=rng)
        self.count = count

    def forward(self, x):
        x = self.first(x)
        for i in range(self.count):
            x = getattr(self, f"block{i}")(x)
        return self.head(x)


class TestGroups:
    def residual(self):
        y, names = run_model(Residual(), [np.ones((2, 3), np.float32)])
        return ag.describe(y.sum(), names=names)

    def test_twelve_blocks_once(self):
        whole = self.residual()
        small = collapse(whole)
        check(whole, small)
        once = "block0 … block11 ×12"
        assert labels(small) == {
            ("first",), (once, "a"), (once, "b"), (once,), ("head",), ()
        }  # fmt: skip
        inputs = [n.name for n in small.nodes if n.kind in ("input", "constant")]
        expected = ["x", "first.W", "first.b", "block0.a.W", "block0.a.b", "block0.b.W"]
        assert inputs == [*expected, "block0.b.b", "head.W", "head.b"]

    def test_twelve_blocks_closed(self):
        whole = self.residual()
        small = collapse(whole, largest=3)
        check(whole, small)
        (node,) = [n for n in small.nodes if n.kind == "group"]
        assert (node.id, node.name, node.times) == ("fg0", "block0 … block11", 12)
        assert node.symbol == "4 operations"
        assert node.kept == sum([n.kept for n in whole.nodes if "block" in "".join(n.group)])
        assert node.shape == (2, 4)

    def test_blocks_of_another_shape_are_no_copies(self):
        x = y = ag.Variable(np.ones((2, 4)))
        for i in range(6):
            with ag.scope(f"block{i}"):
                y = ag.tanh(irregular(y if i < 3 else y[:, :3] if i == 3 else y, 8))
        small = collapse(ag.describe(y, grad_outputs=np.ones(y.shape)), largest=30)
        assert ("block0 … block2 ×3",) in labels(small)
        assert x.shape != y.shape

    def test_other_names_are_no_copies(self):
        y = ag.Variable(0.5)
        for name in ("encoder", "middle", "decoder"):
            with ag.scope(name):
                y = irregular(y, 20)
        small = collapse(ag.describe(y))
        assert [n.name for n in small.nodes if n.kind == "group"] == [
            "encoder",
            "middle",
            "decoder",
        ]

    def test_one_is_closed_and_others_are_not(self):
        y = ag.Variable(0.5, name="x")
        with ag.scope("small"):
            y = ag.tanh(y * 2.0)
        with ag.scope("big"):
            y = irregular(y, LARGEST + 1)
        with ag.scope("head"):
            y = (y - 1.0) ** 2.0
        whole = ag.describe(y)
        small = collapse(whole)
        check(whole, small)
        assert [(n.kind, n.name) for n in drawn(small)] == [
            ("operation", "mul"),
            ("operation", "tanh"),
            ("group", "big"),
            ("operation", "sub"),
            ("operation", "pow"),
        ]
        entering, leaving = (
            edge_into(small, "fg0", "f1"),
            edge_into(small, f"f{LARGEST + 3}", "fg0"),
        )
        assert entering.value == pytest.approx(np.tanh(1.0))
        (group,) = [n for n in small.nodes if n.kind == "group"]
        assert group.value == leaving.value
        assert group.symbol == f"{LARGEST + 1} operations"

    def test_inner_scopes_are_closed_before_outer_ones(self):
        y = ag.Variable(0.5)
        with ag.scope("outer"):
            for name in ("left", "right"):
                with ag.scope(name):
                    y = irregular(y, 30)
        small = collapse(ag.describe(y))
        assert [(n.name, n.group) for n in drawn(small)] == [
            ("left", ("outer",)),
            ("right", ("outer",)),
        ]
        (whole,) = drawn(collapse(ag.describe(y), largest=1))
        assert (whole.name, whole.symbol) == ("outer", "60 operations")

    def test_a_small_graph_comes_back_as_it_is(self):
        with ag.scope("s"):
            y = irregular(ag.Variable(0.5), LARGEST)
        whole = ag.describe(y)
        assert collapse(whole) is whole

    def test_what_cannot_be_collapsed_stays(self):
        whole = ag.describe(irregular(ag.Variable(0.5), 100))
        assert collapse(whole) == whole

    def test_values_inside_a_closed_scope_that_are_not_finite(self):
        x = ag.Variable(0.5)
        with ag.scope("s"), np.errstate(divide="ignore"):
            y = irregular(ag.exp(ag.log(x * 0.0)), 60)
        scene = book_scene(collapse(ag.describe(y)))
        assert [m.alarm for m in scene.marks if m.id == "fg0"] == [True]

    def test_several_results_leave(self):
        x = ag.Variable(0.5)
        with ag.scope("s"):
            a = irregular(x, 30)
            b = irregular(a, 30)
        whole = ag.describe([a * b, a + 1.0])
        small = collapse(whole)
        check(whole, small)
        leaving = [(e.output, e.target) for e in small.edges if e.source == "fg0"]
        assert leaving == [(0, "f60"), (1, "f60"), (0, "f61")]
        (node,) = [n for n in small.nodes if n.kind == "group"]
        assert node.value is None
        scene = book_scene(small)
        assert [m.id for m in scene.marks if m.id.startswith("b")] == ["bfg0_0"]

    def test_one_value_that_is_read_twice_inside_enters_once(self):
        x = ag.Variable(0.5, name="x")
        with ag.scope("s"):
            y = irregular(x * x, 60) * x
        small = collapse(ag.describe(y))
        y.backward()
        assert edge_into(small, "fg0", "v0").gradient == pytest.approx(float(x.grad))

    def test_many_inputs_of_a_closed_scope_are_one(self):
        x = ag.Variable(0.5, name="x")
        with ag.scope("s"):
            y = x
            for i in range(20):
                y = irregular(y * ag.Variable(1.0, name=f"w{i}"), i)
        small = collapse(ag.describe(y * x))
        assert [n.name for n in small.nodes if n.kind == "input"] == ["x", "20 inputs"]
        assert edge_into(small, "fg0", "v1").value is None
        few = collapse(ag.describe(irregular_in_scope(3)))
        assert [n.name for n in few.nodes if n.kind == "input"] == ["w0", "w1", "w2"]

    def test_an_input_that_others_read_too_stays(self):
        x = ag.Variable(0.5, name="x")
        y = ag.sinh(x)
        with ag.scope("s"):
            for i in range(20):
                y = irregular(y * ag.Variable(1.0, name=f"w{i}"), i) + x
        small = collapse(ag.describe(y))
        assert [n.name for n in small.nodes if n.kind == "input"] == ["x", "20 inputs"]

    def test_constants_inside_a_closed_scope_are_not_drawn(self):
        data = ag.Variable(2.0, requires_grad=False)
        with ag.scope("s"):
            y = irregular(ag.Variable(0.5) * 3.0 * data, 60)
        small = collapse(ag.describe(y, names={data: "data"}))
        assert [n.name for n in small.nodes if n.kind == "constant"] == ["data"]

    def test_scopes_that_repeat_in_turn(self):
        y = ag.Variable(0.5)
        for section in range(3):
            for i in range(5):
                with ag.scope(f"attention{i}"):
                    y = irregular(y, 5 + section)
                with ag.scope(f"mlp{i}"):
                    y = irregular(y, 8)
        whole = ag.describe(y)
        open_, closed = collapse(whole, largest=8), collapse(whole, largest=3)
        for small in (open_, closed):
            check(whole, small)
        names = ["attention0", "mlp0"]
        assert [n.name for n in drawn(open_)] == names * 3
        assert labels(open_) == {("×5",), ("×5 (2)",), ("×5 (3)",)}
        shown = [(n.name, n.times, n.symbol) for n in drawn(closed)]
        assert shown == [(None, 5, f"{n} operations") for n in (13, 14, 15)]

    def test_a_scope_that_is_left_and_entered_again_makes_no_cycle(self):
        y = ag.Variable(0.5)
        for i in range(2):
            with ag.scope("s"):
                y = irregular(y, 60 + i)
            y = y + 1.0
        whole = ag.describe(y)
        small = collapse(whole)
        check(whole, small)
        assert [n.name for n in drawn(small)] == ["s", "add", "s", "add"]


def irregular_in_scope(count):
    with ag.scope("s"):
        y = 1.0
        for i in range(count):
            y = irregular(ag.Variable(0.5, name=f"w{i}") * y, 20)
    return y


@st.composite
def graphs(draw):
    """Draw programs: random operations, loops of random bodies, random scopes around both."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    values = [ag.Variable(0.5, name="x"), ag.Variable(0.25, name="w")]

    def step(kind, back):
        value = values[-min(back, len(values))]
        made = OPERATIONS[kind](values[-1]) if kind < 6 else values[-1] * value
        values.append(made if kind % 2 else made + 1.0)

    def body():
        return [
            (int(rng.integers(0, 9)), int(rng.integers(1, 5))) for _ in range(rng.integers(1, 6))
        ]

    with np.errstate(all="ignore"):
        for block in range(rng.integers(1, 6)):
            steps, times = body(), int(rng.integers(1, 7))
            shared, scoped = bool(rng.integers(2)), bool(rng.integers(2))
            for i in range(times):
                name = f"b{block}_{i}" if not shared else f"b{block}"
                with ag.scope(name if scoped else "all"), ag.scope("in" if shared else "deep"):
                    for kind, back in steps:
                        step(kind, back)
    return values[-1], values[-int(rng.integers(1, len(values) - 1))]


@given(graphs(), st.integers(1, 12))
def test_random_graphs(outputs, largest):
    with np.errstate(all="ignore"):
        whole = ag.describe([v for v in outputs if v.creator is not None] or [outputs[0]])
    small = collapse(whole, largest=largest)
    check(whole, small)
    assert len(small.nodes) <= len(whole.nodes)
    frames = [n.group[:1] for n in drawn(small)]
    if len(frames) > largest:  # then nothing could be closed any more
        assert all([not a or a != b for a, b in pairwise(frames)])
    to_dot(book_scene(small))


def test_wrong_sizes():
    with pytest.raises(ArgumentError, match="largest is 0"):
        collapse(ag.describe(ag.Variable(1.0) * 2.0), largest=0)


def test_a_long_chain_needs_no_deep_stack():
    y = ag.Variable(0.5)
    with ag.scope("outer"):
        for i in range(2_000):
            with ag.scope(f"layer{i}"):
                y = ag.tanh(y * ag.Variable(1.0) + 1.0) if i % 500 else ag.sin(y)
    whole = ag.describe(y)
    small = collapse(whole)
    check(whole, small)
    assert len(drawn(small)) <= LARGEST
    assert ("outer", "layer1 … layer499 ×499") in labels(small)


def test_a_graph_too_large_for_gradients():
    y = ag.Variable(0.5)
    for _ in range(10_001):
        y = y + 1.0
    small = collapse(ag.describe(y))
    assert small.note == "no gradients: the graph has more than 10,000 operations"
    assert labels(small) == {("×10001",)}
    assert edge_into(small, "y0", "f0").gradient is not None
    assert edge_into(small, "f0", "v0").gradient is None


def test_texts_between_marks_of_a_frame_stand_inside_it():
    with ag.scope("outer"):
        with ag.scope("inner"):
            y = ag.tanh(ag.sin(ag.Variable(0.5)))
        y = ag.exp(y)
    dot = to_dot(book_scene(ag.describe(y * 2.0)))
    inside = dict(re.findall(r"^( *)(e\d)$", dot, flags=re.MULTILINE))
    assert inside == {"      ": "e1", "    ": "e2"}


def test_the_same_in_every_process():
    script = (
        "import autograd_lite as ag\n"
        "from autograd_lite.drawing.collapse.groups import collapse\n"
        "y, w = ag.Variable(0.5), ag.Variable(0.5)\n"
        "for i in range(30):\n"
        "    with ag.scope(f'layer{i}'):\n"
        "        y = ag.tanh(y * w) + i // 20\n"
        "for largest in (3, 40):\n"
        "    for part in collapse(ag.describe(y), largest=largest)[:2]:\n"
        "        print([x._replace(rule=None) if hasattr(x, 'rule') else x for x in part])\n"
    )
    outputs = printed_by_processes(script)
    assert len(outputs) == 1
    assert "layer0 … layer19" in outputs.pop()


def test_steps_go_through_what_is_closed():
    """What is read by a closed scope gets its gradients where the scope stands: newest first."""
    x = ag.Variable(0.5, name="x")
    t = ag.sinh(x)
    with ag.scope("s"):
        y = irregular(t, 60)
    y = ag.exp(t) * y
    small = collapse(ag.describe(y))
    order = steps_of(small, book_scene(small))
    (added,) = [step for step in order if step.at == "bf0_0"]
    after, before = (small.edges[i].gradient for i in (2, 1))
    assert small.edges[2].target == "f61"
    assert small.edges[1].target == "fg0"
    assert f": {number(float(after))} + {number(float(before))} = " in added.sentence


def test_steps_of_every_kind_of_small_graph(tmp_path):
    h, states = ag.Variable(1.0, name="x"), []
    for _ in range(30):
        h = ag.tanh(h)
        states.append(h)
    with ag.scope("s"):
        for i in range(20):
            h = irregular(h * ag.Variable(1.0, name=f"w{i}"), i)
    for outputs in (h * states[3], ag.stack(states).sum() + h):
        assert ag.draw(outputs).save(tmp_path / "steps.html").read_bytes()


def test_names_of_scopes_cannot_inject():
    y = ag.Variable(0.5)
    for i in range(50):
        with ag.scope(f'<b>"]; x -> y\n{i}'):
            y = ag.tanh(y * 2.0)
    dot = to_dot(book_scene(collapse(ag.describe(y), largest=1)))
    assert "<b>" not in dot
    assert '"]; x' not in dot
