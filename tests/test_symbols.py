"""Rules run on symbols: what they print as programs, and what they say, is what the engine does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from importlib.resources import files
from itertools import product
from math import isnan

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.checking import public_function
from autograd_lite.checking.selfcheck import case_inputs
from autograd_lite.drawing.book import book_scene
from autograd_lite.drawing.labels import number
from autograd_lite.drawing.page.expressions import Scribble, computed, in_order, literal
from autograd_lite.drawing.page.live import program_of, why_not_live
from autograd_lite.drawing.page.steps import steps_of
from autograd_lite.drawing.page.symbols import NotSymbolicError, Symbols
from autograd_lite.drawing.page.wording import in_numbers, in_words, rendered, tidy
from autograd_lite.drawing.page.workings import Workings, recorded_numbers
from autograd_lite.graph.cases import A, X, filled, marked
from autograd_lite.graph.function import Operation

# Operations of single numbers: all of these are live, and a new one that is not is seen here.
NAMES = (
    "abs add arccos arccosh arcsin arcsinh arctan arctan2 arctanh astype binary_cross_entropy "
    "binary_cross_entropy_with_logits cbrt ceil clip cos cosh div dot dropout elu exp exp2 "
    "expand_dims expm1 floor fmax fmin gelu hard_sigmoid hinge huber hypot inner kron leaky_relu "
    "log log10 log1p log2 log_softmax logaddexp logsumexp matmul max maximum mean "
    "mean_absolute_error mean_squared_error min minimum mish mod moveaxis mul neg norm outer pow "
    "prod ravel reciprocal relu reshape round selu sigmoid sign silu sin sinc sinh softmax "
    "softplus sqrt square squeeze step sub sum swapaxes tan tanh transpose trunc"
)
LIVE = set(NAMES.split())
SHAPES = ((), (1,), (1, 1))


def shrunk(argument, shape):
    """Return an argument of a case made for one element: arrays of constants keep their first."""
    if isinstance(argument, A):
        low, high = argument.low + argument.diagonal, argument.high + argument.diagonal
        return A(*shape, low=low, high=high, away_from=argument.away_from)
    if isinstance(argument, list) and not any(marked(argument, A)):
        return np.full(shape, np.ravel(argument)[0]).tolist()
    return argument


def drawn(a, rng):
    x = rng.uniform(a.low, a.high)
    return x + 0.3 if a.away_from is not None and abs(x - a.away_from) < 0.1 else x


def scalar_calls():
    """Yield, for each operation, calls on single numbers that its function takes."""
    for name, operation in sorted(Operation.registry.items()):
        function = public_function(operation)
        cases = [
            c for c in operation.cases if all(0 not in a.shape for a in marked(c.arguments, A))
        ]
        for case, shape in product(cases, SHAPES):
            arguments = [shrunk(a, shape) for a in case.arguments]
            operands = list(marked(arguments, A))
            try:
                rng = np.random.default_rng(1)
                inputs = [ag.Variable(np.full(shape, drawn(a, rng))) for a in operands]
                y = function(*filled(arguments, A, iter(inputs)), **case.options)
                real = isinstance(y, ag.Variable) and y.dtype.kind == "f"
                if real and y.size == 1 and y.creator is not None:
                    yield name, function, arguments, operands, case.options, shape
            except (ValueError, TypeError):
                continue


CALLS = list(scalar_calls())


def engine(function, arguments, options, inputs, arriving=1.0):
    """Return value and gradients as the engine computes them."""
    leaves = [ag.Variable(x, copy=True) for x in inputs]
    y = function(*filled(arguments, A, iter(leaves)), **options)
    with np.errstate(all="ignore"):
        y.backward(np.full(y.shape, arriving), retain_graph=True)
    return y, [float(np.ravel(v.grad)[0]) for v in leaves]


def same(a, b, close=1e-12):
    return (isnan(a) and isnan(b)) or a == b or abs(a - b) <= close * max(abs(a), abs(b), 1e-300)


def run_scripts(jobs):
    """Run JavaScript functions on inputs, with the page's helpers; one process for all."""
    if shutil.which("node") is None:
        pytest.skip("the program node is not installed")
    page = files("autograd_lite.drawing").joinpath("page", "page.js").read_text("utf-8")
    helpers = page.partition("(() => {")[0]
    calls = ",".join(f"({script})({json.dumps(inputs)})" for script, inputs in jobs)
    told = "Object.fromEntries(Object.entries(o).map(([k,x])=>[k,String(+x)]))"
    code = f"{helpers}\nconst all=[{calls}];console.log(JSON.stringify(all.map(o=>{told})))"
    done = subprocess.run(["node", "-"], input=code, capture_output=True, text=True, check=True)
    return [
        {name: float(x.replace("Infinity", "inf")) for name, x in found.items()}
        for found in json.loads(done.stdout)
    ]


def test_all_operations_of_single_numbers_are_live():
    live = set()
    for name, function, arguments, operands, options, shape in CALLS:
        rng = np.random.default_rng(1)
        inputs = [np.full(shape, drawn(a, rng)) for a in operands]
        y, _ = engine(function, arguments, options, inputs)
        if why_not_live(Workings(ag.describe(y, grad_outputs=np.ones(y.shape)))) is None:
            live.add(name)
    assert not LIVE - live


@pytest.mark.parametrize("seed", range(3))
def test_printed_rules_compute_what_the_engine_does(seed):
    jobs, expected = [], []
    for name, function, arguments, operands, options, shape in CALLS:
        rng = np.random.default_rng(1)
        recorded = [np.full(shape, drawn(a, rng)) for a in operands]
        y, _ = engine(function, arguments, options, recorded)
        workings = Workings(ag.describe(y, grad_outputs=np.full(y.shape, 0.7)))
        if why_not_live(workings) is not None:
            continue
        rng = np.random.default_rng(100 + seed)
        inputs = [np.full(shape, drawn(a, rng)) for a in operands]
        if name == "dropout":  # which draws its mask anew
            continue
        y, slopes = engine(function, arguments, options, inputs, 0.7)
        program = program_of(workings)
        given = {f"v{i}": float(x.reshape(())) for i, x in enumerate(inputs)}
        found = program.run(given)
        value = _last(workings)
        assert same(found[value], y.item()), (name, options)
        assert all(same(found[f"g{v}"], g) for v, g in zip(program.inputs, slopes, strict=True)), (
            name
        )
        jobs.append((program.script(), given))
        expected.append((name, value, found))
    assert len(jobs) > 100
    for (name, value, wanted), found in zip(expected, run_scripts(jobs), strict=True):
        for key in [value, *[k for k in wanted if k.startswith("gv")]]:
            assert same(found[key], wanted[key], 1e-11), (name, key, found[key], wanted[key])


def _last(workings):
    """Return the name of the newest result."""
    return [node for node in workings.nodes if node[0] == "f"][-1]


def awkward_points():
    """Yield each awkward point of an operation on single numbers, element by element."""
    for name in sorted(LIVE - {"dropout"}):  # which is random
        operation = Operation.registry[name]
        for at in operation.points:
            exact = [np.ravel(x.values) for x in marked(at.arguments, X)]
            if any(np.iscomplexobj(x) for x in exact):
                continue
            given = [x.astype(float) for x in exact]
            others = [a for a in at.arguments if not isinstance(a, X)]
            plain = operation.pointwise and given and all(np.isscalar(a) for a in others)
            if plain and len({x.size for x in given}) == 1 and "reduction" not in at.options:
                for values in zip(*given, strict=True):
                    yield name, at, values


def test_awkward_points_go_as_in_the_engine():
    """Ties, poles, infinite slopes; and a gradient of exactly 0 that meets them."""
    jobs, expected = [], []
    for (name, at, values), arriving in product(awkward_points(), (1.0, 0.0)):
        function = public_function(Operation.registry[name])
        leaves = [ag.Variable(0.5) for _ in values]
        with np.errstate(all="ignore"):
            safe = function(*filled(at.arguments, X, iter(leaves)), **at.options)
            workings = Workings(ag.describe(safe, grad_outputs=np.array(arriving)))
        program = program_of(workings)
        leaves = [ag.Variable(x) for x in values]
        with np.errstate(all="ignore"):
            y = function(*filled(at.arguments, X, iter(leaves)), **at.options)
            y.backward(np.array(arriving))
        given = {f"v{i}": x for i, x in enumerate(values)}
        found = program.run(given)
        wanted = {_last(workings): y.item()} | {
            f"gv{i}": float(v.grad) for i, v in enumerate(leaves)
        }
        for key, x in wanted.items():
            assert same(found[key], x), (name, values, arriving, key, found[key], x)
        if all(np.isfinite(values)):
            jobs.append((program.script(), given))
            expected.append((name, values, wanted))
    assert len(jobs) > 200
    for (name, values, wanted), found in zip(expected, run_scripts(jobs), strict=True):
        for key, x in wanted.items():
            assert same(found[key], x, 1e-11), (name, values, key, found[key], x)


UNARY_NAMES = "sin tanh exp sigmoid softplus relu abs square sqrt log leaky_relu elu silu sign"
BINARY_NAMES = "add subtract multiply divide maximum minimum hypot fmax"
UNARY, BINARY = UNARY_NAMES.split(), BINARY_NAMES.split()


def random_scalar(seed, values):
    """Return the output and the leaves of a random program on single numbers."""
    rng = np.random.default_rng(seed)
    leaves = [ag.Variable(x, name=f"x{i}") for i, x in enumerate(values)]
    made = list(leaves)
    with np.errstate(all="ignore"):
        for _ in range(12):
            if rng.random() < 0.4:
                made.append(getattr(ag, rng.choice(UNARY))(made[rng.integers(len(made))]))
            else:
                a, b = made[rng.integers(len(made))], made[rng.integers(len(made))]
                made.append(getattr(ag, rng.choice(BINARY))(a, b))
        return made[-1] + sum(leaves), leaves


def test_random_programs_stay_right_when_their_inputs_change():
    jobs, expected = [], []
    for seed in range(60):
        rng = np.random.default_rng(1000 + seed)
        y, _ = random_scalar(seed, rng.uniform(0.2, 2.0, 3))
        with np.errstate(all="ignore"):
            workings = Workings(ag.describe(y))
        if why_not_live(workings) is not None:
            assert not np.isfinite(y.item())
            continue
        program = program_of(workings)
        values = rng.uniform(-2.0, 2.0, 3)
        y, leaves = random_scalar(seed, values)
        with np.errstate(all="ignore"):
            y.backward()
        order = [node.name for node in workings.description.nodes if node.kind == "input"]
        given = {f"v{i}": float(values[int(name[1:])]) for i, name in enumerate(order)}
        wanted = {f"gv{i}": float(leaves[int(name[1:])].grad) for i, name in enumerate(order)}
        wanted["y"] = y.item()
        found = program.run(given)
        found["y"] = found[_last(workings)]
        for key, x in wanted.items():
            assert same(found[key], x, 1e-9), (seed, key, found[key], x)
        jobs.append((program.script(), given))
        expected.append((seed, found))
    assert len(jobs) > 40
    for (seed, wanted), found in zip(expected, run_scripts(jobs), strict=True):
        for key, x in found.items():
            assert same(x, wanted[key], 1e-9), (seed, key, x, wanted[key])


def test_float32_is_rounded_after_every_operation():
    x, y = ag.Variable(np.float32(0.1)), ag.Variable(np.float32(3.3))
    z = (x * y + 0.7) * x / y
    program = program_of(Workings(ag.describe(z)))
    z.backward()
    (found,) = run_scripts([(program.script(), {"v0": 0.1, "v1": 3.3})])
    ran = program.run({"v0": 0.1, "v1": 3.3})
    for key, wanted in {"f3": z.item(), "gv0": float(x.grad), "gv1": float(y.grad)}.items():
        assert found[key] == wanted
        assert ran[key] == wanted


# What a sentence may compute with; an evaluator of its own, which knows nothing of symbols.
SPOKEN = {
    "√": "sqrt", "∛": "cbrt", "−": "-", "×": "*", "^": "**", "²": "**2", "∞": "inf",
}  # fmt: skip
NUMPYS = (
    "exp expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh "
    "arcsinh arccosh arctanh floor ceil trunc arctan2 hypot fmax fmin remainder sqrt cbrt"
)
FUNCTIONS = {name: getattr(np, name) for name in NUMPYS.split()} | {
    "round": np.rint, "max": np.maximum, "min": np.minimum, "inf": np.inf,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "softplus": lambda x: np.log1p(np.exp(x)),
    "relu": lambda x: np.maximum(x, 0.0),
}  # fmt: skip


def worth(text):
    """Compute one side of an equation; None for words."""
    for spoken, written in SPOKEN.items():
        text = text.replace(spoken, written)
    text = re.sub(r"(sqrt|cbrt)([\d.]+|\w+\([^()]*\))", r"\1(\2)", text)
    text = re.sub(r"\|([^|]+)\|", r"abs(\1)", text)
    if "[" in text:  # an index, which Python's parser warns of behind a number
        return None
    try:
        return float(eval(text, {"abs": abs, "__builtins__": {}}, FUNCTIONS))
    except (SyntaxError, NameError, TypeError):
        return None


def equations(sentence):
    """Yield both sides of what a sentence says is equal, in numbers."""
    for part in re.split(r": |; |, and | and | to ", sentence.removesuffix(".")):
        sides = part.split(" = ")
        if len(sides) > 1:
            yield sides[-2], sides[-1]


@pytest.mark.parametrize("seed", range(4))
def test_the_numbers_of_sentences_are_true(seed):
    checked = 0
    for name, function, arguments, operands, options, shape in CALLS:
        rng = np.random.default_rng(50 + seed)
        y, _ = engine(
            function, arguments, options, [np.full(shape, drawn(a, rng)) for a in operands]
        )
        graph = ag.describe(y, grad_outputs=np.full(y.shape, 0.5))
        for step in steps_of(graph, book_scene(graph)):
            for left, right in equations(step.sentence):
                a, b = worth(left), worth(right)
                if a is not None and b is not None:
                    checked += 1
                    assert abs(a - b) <= 2e-5 * max(1, abs(a), abs(b)), (name, step.sentence)
    assert checked > 300


def test_words_and_numbers_of_the_textbook():
    apple = ag.Variable(100.0, name="apple")
    tax = ag.Variable(1.1, name="tax")
    graph = ag.describe(apple * 2 * tax)
    said = [step.sentence for step in steps_of(graph, book_scene(graph))]
    assert said[1] == "apple × 2 = 100 × 2 = 200."
    assert said[4].startswith("× passes back gradient × the other input: 1 × 1.1 = 1.1")
    assert said[-1] == "Backward is done. The gradients: apple 2.2 and tax 200."


def test_a_branch_adds_up():
    x = ag.Variable(5.0, name="x")
    e = ag.exp(x)
    graph = ag.describe(e * 10 + e * e)
    said = " ".join([step.sentence for step in steps_of(graph, book_scene(graph))])
    assert "the gradients that come back are added up: 148.413 + 148.413 + 10 = 306.826" in said


def test_negative_numbers_and_bits_of_expressions_get_brackets():
    symbols = Symbols()
    a, b = symbols.leaf("a"), symbols.leaf("b")
    said = {
        a - (b - a): "a − (b − a)",
        a / (b * a): "a / (b × a)",
        (a + b) * a: "(a + b) × a",
        -(a + b): "−(a + b)",
        (-a) ** 2: "(−a)^2",
        a + a: "2 × a",
        symbols.namespace.exp(a) * symbols.namespace.exp(a): "exp(a)²",
        a * (b > 0): "a × (1 if b > 0, else 0)",
    }
    for symbol, words in said.items():
        assert rendered(tidy(in_words(symbol, {a: "a", b: "b"})), lambda _: 0) == words
    values = {a: -1.5, b: -2.0}.get
    assert rendered(in_numbers(a - b, {}), lambda s: values(s)) == "−1.5 − (−2)"
    assert rendered(in_numbers(b * (a + b), {}), lambda s: values(s)) == "−2 × (−1.5 + (−2))"


def test_equal_expressions_are_one_and_shared():
    symbols = Symbols()
    x = symbols.leaf("x")
    y = x
    for _ in range(60):
        y = y * y + 1.0
    assert len(in_order([y])) == 122
    shared, _ = Scribble().printed([y])
    assert len(shared) < 125
    assert in_words(y, {x: "x"}) is None
    assert computed([x * 0.5], {"x": 3.0}) == [1.5]


def test_numbers_are_put_together_only_where_that_is_exact():
    symbols = Symbols()
    two = symbols.number(2.0)
    assert (two * 3 - 1).number == 5.0
    assert symbols.namespace.exp(two).number is None
    zero = symbols.leaf("x") * 0.0
    assert zero.number is None  # NaN · 0 is NaN


@pytest.mark.parametrize(
    "number", [0.1, -2.5, 1e300, 5e-324, float("inf"), -0.0, 1e16, 123456789.0]
)
def test_literals_are_exact(number):
    assert computed([Symbols().number(number)], {}) == [number]
    text = literal(number).replace("Infinity", "inf")
    assert float(text.strip("()")) == number


@pytest.mark.parametrize(
    "ask",
    [
        bool, float, int, len, list, lambda x: x[0], lambda x: np.exp(x), lambda x: np.asarray(x),
        lambda x: x + "a", lambda x: x + np.ones(3), lambda x: x.astype(np.int64), lambda x: x & x,
    ],
)  # fmt: skip
def test_what_a_symbol_cannot_do_raises(ask):
    with pytest.raises((NotSymbolicError, TypeError)):
        ask(Symbols().leaf("x"))


class Cube(ag.Function):
    keeps = ("x",)

    def forward(self, x):
        self.x = x
        return x * x * x

    def backward(self, gy):
        return 3 * self.x * self.x * gy


class Branching(Cube):
    def forward(self, x):
        self.x = x
        return x * x * x if x > 0 else x


class Rounding(Cube):
    def forward(self, x):
        self.x = x
        return np.array(float(x) ** 3)


class Broken(Cube):
    calls = 0

    def forward(self, x):
        self.x = x
        type(self).calls += 1
        return x * x * x * (1.0 if type(self).calls == 1 else 2.0)


def reason(y, **options):
    return why_not_live(Workings(ag.describe(y, **options)))


def test_a_custom_function_is_live_if_its_rule_is_a_formula():
    x = ag.Variable(2.0)
    y = Cube()(x)
    assert reason(y) is None
    graph = ag.describe(y)
    said = [step.sentence for step in steps_of(graph, book_scene(graph))]
    assert "Cube passes back 3 × the input × the input × gradient: 3 × 2 × 2 × 1 = 12." in said


@pytest.mark.parametrize("function", [Branching, Rounding, Broken])
def test_a_rule_that_is_no_formula_makes_the_page_not_live(function):
    x = ag.Variable(2.0, name="x")
    y = function()(x)
    assert reason(y) is not None
    graph = ag.describe(y)
    assert (
        steps_of(graph, book_scene(graph))[-1].sentence == "Backward is done. The gradient: x 12."
    )


def test_what_else_makes_a_page_not_live():
    x = ag.Variable(2.0)
    assert "single float numbers" in reason(ag.sum(ag.Variable([1.0, 2.0])))
    assert "infinite" in reason(ag.Variable(np.inf) * 2)
    for hook in (lambda g: g * 5, lambda g: np.clip(g, -9, 9)):  # this one changes nothing here
        y = x * x
        y.register_hook(hook)
        assert "hook" in reason(y * 3)
    x.register_hook(lambda g: None)
    assert "hook" in reason(x * 3)


def test_a_recorded_choice_is_noted():
    a, b = ag.Variable(1.0), ag.Variable(2.0)
    workings = Workings(ag.describe(ag.where(a.data < b.data, a, b)))
    assert why_not_live(workings) is None
    assert workings.fixed == ("where",)


def test_a_nan_that_was_left_out_changes_nothing_further_up():
    """fmax leaves NaN out; the exact 0 that goes back stays 0 at log."""
    x, y = ag.Variable(2.0), ag.Variable(3.0)
    workings = Workings(ag.describe(ag.fmax(ag.log(x), y)))
    program = program_of(workings)
    given = {"v0": -1.0, "v1": 3.0}
    (found,) = run_scripts([(program.script(), given)])
    assert found["gv0"] == program.run(given)["gv0"] == 0.0


def test_sentences_of_arrays_say_words_and_shapes():
    x, w = ag.Variable(np.ones((4, 5)), name="X"), ag.Variable(np.ones((5, 3)), name="W")
    b = ag.Variable(np.ones(3), name="b")
    graph = ag.describe(ag.sum(ag.tanh(x @ w + b)))
    said = [step.sentence for step in steps_of(graph, book_scene(graph))]
    assert "X @ W has shape 4×3." in said
    summed = "gradient summed to shape 3: [4 4 4] to b."
    flat = ag.describe(ag.sum(x @ w + b))
    assert f"+ passes back gradient to the @ before it, and {summed}" in sentences(flat)
    assert "tanh passes back gradient − gradient × the output²." in said
    assert any("gradient @ the second inputᵀ to X" in text for text in said)
    assert said[-1].startswith("Backward is done. The gradients: X of shape 4×5, W of shape 5×3 ")
    graph = ag.describe(ag.max(ag.cumsum(ag.Variable(np.ones(40), name="long"), axis=0)))
    said = [step.sentence for step in steps_of(graph, book_scene(graph))]
    assert "Σ… sends back a gradient of shape 40 to long." in said


def array_calls():
    for name, operation in sorted(Operation.registry.items()):
        for case in operation.cases:
            yield name, public_function(operation), case, case_inputs(case, 3)


@pytest.mark.parametrize("released", [False, True])
def test_every_operation_has_its_sentences_on_arrays_too(released):
    for name, function, case, arrays in array_calls():
        operands = iter([ag.Variable(x) for x in arrays])
        y = function(*filled(case.arguments, A, operands), **case.options)
        outputs = list(y) if isinstance(y, list | tuple) else [y]
        if released:
            for output in outputs:
                ones = np.ones(output.shape, output.dtype)
                output.backward(ones, retain_graph=output is not outputs[-1])
        graph = ag.describe(outputs, grad_outputs=[np.ones(v.shape, v.dtype) for v in outputs])
        for step in steps_of(graph, book_scene(graph)):
            assert re.fullmatch(r"\S+( \S+)*\.", step.sentence), (name, step.sentence)
            assert step.sentence.count("(") == step.sentence.count(")"), (name, step.sentence)
            assert ": ." not in step.sentence
            assert "back to" not in step.sentence, (name, step.sentence)


def sentences(graph):
    return [step.sentence for step in steps_of(graph, book_scene(graph))]


def test_small_arrays_are_written_out_on_the_way_back():
    x = ag.Variable([1.0, 2.0, 3.0], name="x")
    said = sentences(ag.describe(ag.sum(x * x + x)))
    assert "+ passes the gradient on unchanged: [1 1 1]." in said
    assert said[-2].endswith("are added up: [1 1 1] + [1 2 3] + [1 2 3] = [3 5 7].")
    assert said[-1] == "Backward is done. The gradient: x [3 5 7]."


def spoken_of(y):
    return sentences(ag.describe(y))


def test_how_people_write_it():
    x = ag.Variable([3.0, 4.0, 5.0], name="x")
    long, longer = (
        ag.Variable(2.0, name="a rather long name"),
        ag.Variable(3.0, name="another long one"),
    )
    u = ag.Variable(2.0, name="u")
    matrix, b = ag.Variable(np.ones((3, 2)), name="M"), ag.Variable(np.ones(2), name="b")
    for y, sentence in [
        (-(u * 0.5), "−(1) = −1."),
        (-(u * -0.5), "−(−1) = 1."),
        (-u, "−u = −2."),
        (ag.astype(x, np.float32), "astype(x) = [3 4 5]."),
        (np.array([1.0, 0.0, 1.0]) * ag.log(x),
         "(a constant of shape 3) × (the result of log) = [1.099 0 1.609]."),
        (x[2], "x[2] = 5."),
        (x[1:], "x[1:] = [4 5]."),
        (x[::-1][:2], "(the result of [ ])[:2] = [5 4]."),
        (x[[0, 2]], "x[…] = [3 5]."),
        (matrix[:, None, 1], "M[:, None, 1] = [[1] [1] [1]]."),
        (ag.step(u * 0.2), "1 if 0.4 > 0, else 0: here 1."),
        (long * longer, "a rather long name × another long one = 2 × 3 = 6."),
        (ag.Variable(3.0, name="p + q") * u, "(p + q) × u = 3 × 2 = 6."),
    ]:  # fmt: skip
        assert sentence in spoken_of(y)
    chain = spoken_of(u * 5.0 * 1.1)
    assert "× passes back gradient × the other input: 1 × 1.1 = 1.1 to the × before it." in chain
    summed = spoken_of(ag.sum(matrix * 1.5 + b))
    assert any("gradient summed to shape 2: [3 3] to b." in text for text in summed)


def alike_operations(description, *ids):
    """Return a description some of whose operations stand for several."""
    nodes = [n._replace(rule=None) if n.id in ids else n for n in description.nodes]
    return description._replace(nodes=tuple(nodes))


def test_what_stands_for_several_operations_is_not_computed_with():
    x = ag.Variable(2.0, name="x")
    y = x * 3.0
    graph = alike_operations(ag.describe(y * y + x), "f1")
    assert "one formula" in why_not_live(Workings(graph))
    said = sentences(graph)
    assert "× stands for several alike operations." in said
    assert "× sends back gradients to the × before it and the × before it." in said
    assert not any("is used" in text for text in said)
    assert "The gradients that come back to x are added up: 1 + 36 = 37." in said


def test_a_group_says_what_it_gives():
    x = ag.Variable(2.0, name="x")
    graph = ag.describe(x * 3.0)
    group = {"kind": "group", "name": "block", "symbol": "4 operations", "rule": None}

    def grouped(**facts):
        nodes = [n._replace(**group, **facts) if n.id == "f0" else n for n in graph.nodes]
        return sentences(graph._replace(nodes=tuple(nodes)))

    assert "block (4 operations) gives 6." in grouped()
    assert "4 operations sends back 3 to x." in grouped()
    assert "block (4 operations), 3 times." in grouped(times=3)
    assert "4 operations sends back gradients to x." in grouped(times=3)


@pytest.mark.parametrize("which", ["value", "gradient"])
def test_numbers_of_other_copies_are_not_made_equal(which):
    x = ag.Variable(2.0, name="x")
    y = ag.exp(x)
    graph = ag.describe(y * 3.0 + y * 5.0)
    other = [
        e._replace(**{which: np.array(77.0)}) if (e.source, e.target) == ("f0", "f2") else e
        for e in graph.edges
    ]
    for text in sentences(graph._replace(edges=tuple(other))):
        for left, right in equations(text):
            a, b = worth(left), worth(right)
            assert a is None or b is None or a == pytest.approx(b, rel=1e-5), text


def test_gradients_that_do_not_add_up_are_not_added_up():
    x = ag.Variable(2.0, name="x")
    graph = ag.describe(x * 3.0 + x * 5.0)
    more = [n._replace(gradient=np.array(20.0)) if n.kind == "input" else n for n in graph.nodes]
    said = sentences(graph._replace(nodes=tuple(more)))
    assert said[-2] == "x is used twice; the gradients that come back are added up."
    assert said[-1] == "Backward is done. The gradient: x 20."


def test_hooks_are_told():
    x, w = ag.Variable([1.0, 2.0], name="x"), ag.Variable([3.0, 4.0], name="w")
    h = x * w
    h.name = "h"
    h.register_hook(lambda g: g * 5)
    w.register_hook(lambda g: g * 2)
    said = sentences(ag.describe(ag.sum(h)))
    assert "h = x × w = [3 8]." in said
    assert "A hook is run on the gradient of h; × sends back [15 20] to x and [5 10] to w." in said
    assert said[-1].endswith("x [15 20] and w [5 10]; a hook is run on that of w.")
    u = ag.Variable(2.0, name="u")
    v = u * 3.0
    v.register_hook(lambda g: g * 5)
    said = sentences(ag.describe(v))
    assert "u × 3 = 2 × 3 = 6." in said
    assert "A hook is run on the gradient of the result of ×; × sends back 15 to u." in said


def halves():
    """Yield numbers exactly between two of six digits, their neighbours, and random ones."""
    rng = np.random.default_rng(3)
    for scale in range(-9, 12):
        for n in rng.integers(10**5, 10**6, 20).tolist():
            x = (n + 0.5) * 2.0**scale
            yield from (x, np.nextafter(x, 0), np.nextafter(x, np.inf), -x)
    for n in rng.integers(10**5, 10**6, 300).tolist():
        for power in range(12):
            yield (2 * n + 1) * 5 / 10 ** (power + 1)
            yield float((2 * n + 1) * 5 * 10**power)
    yield from (1000.125, 1000.375, 0.5, 999999.5, 99999.95, 1e-4, 9.999995e-5, 5e-324, 1e308)
    yield from (rng.normal(size=500) * 10.0 ** rng.integers(-300, 300, 500)).tolist()


def test_the_page_rounds_as_python_does():
    if shutil.which("node") is None:
        pytest.skip("the program node is not installed")
    page = files("autograd_lite.drawing").joinpath("page", "page.js").read_text("utf-8")
    numbers = [float(x) for x in halves()]
    code = f"{page.partition('(() => {')[0]}\nconsole.log(JSON.stringify({numbers}.map(shown)))"
    done = subprocess.run(["node", "-"], input=code, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [number(x) for x in numbers]


def test_numbers_are_those_of_the_description():
    x = ag.Variable(3.0)
    numbers = recorded_numbers(ag.describe(x * x + x))
    assert numbers == {
        "v0": 3.0, "f0": 9.0, "f1": 12.0, "y0": 12.0, "d0": 3.0, "d1": 3.0, "d2": 1.0, "d3": 1.0,
        "d4": 1.0, "gv0": 7.0, "gf0": 1.0, "gf1": 1.0,
    }  # fmt: skip
