"""Exported programs: run where this library cannot be imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, CaptureError, OperandError

nn = ag.nn
rng = np.random.default_rng(0)

ALONE = """
import sys
sys.modules["autograd_lite"] = None  # an import of it fails
sys.path.insert(0, ".")
import numpy as np
"""


def run_alone(folder, script):
    """Run a script beside the exported files, in a process that has NumPy and nothing of ours."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE + script],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def exported_model(model, x, path):
    captured = ag.capture(model.eval())
    with ag.no_grad():
        captured(x)
    captured.export(path)
    return path.read_text(encoding="utf-8")


# ---- training steps


def network():
    return nn.Sequential(nn.Linear(4, 8, rng=0), nn.ReLU(), nn.Linear(8, 3, rng=1))


def step_of(model, optimizer):
    def step(x, t):
        loss = ag.softmax_cross_entropy(model(x), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return step


@pytest.fixture
def batch():
    return rng.random((6, 4), dtype=np.float32), np.array([0, 1, 2, 0, 1, 2])


def test_a_step_trains_alone_as_here(tmp_path, batch):
    model = network()
    optimizer = ag.optim.Adam(model.parameters(), lr=0.01)
    step = ag.capture(step_of(model, optimizer))
    step(*batch)
    assert step.export(tmp_path / "step.py") == tmp_path / "step.py"
    np.savez(tmp_path / "batch.npz", x=batch[0], t=batch[1])
    printed = run_alone(
        tmp_path,
        """
from step import step, save
batch = np.load("batch.npz")
losses = [step(batch["x"], batch["t"]) for _ in range(5)]
save()
np.save("losses.npy", losses)
import step as module
print(sorted(set(module.load()) - {"increment"}))
""",
    )
    here = [step(*batch).item() for _ in range(5)]
    assert np.load(tmp_path / "losses.npy").tolist() == pytest.approx(here, rel=1e-6)
    assert "momentum_W1" in printed
    with np.load(tmp_path / "step.npz") as saved:
        names = {"W1": "0.W", "b1": "0.b", "W2": "2.W", "b2": "2.b"}
        for short, path in names.items():
            assert np.array_equal(saved[short], model.state_dict()[path])
        assert saved["steps"].tolist() == [6.0] * 4
        assert saved["lr"] == 0.01


def test_checks_keep_their_messages(tmp_path, batch):
    model = network()
    step = ag.capture(step_of(model, ag.optim.SGD(model.parameters(), lr=0.1)))
    step(*batch)
    step.export(tmp_path / "step.py")
    printed = run_alone(
        tmp_path,
        """
from step import arrays, step
before = arrays["W1"].copy()
x, t = np.zeros((6, 4)), np.full(6, 3)
for given in ((x, t), (x[:5], t[:5]), (x + 1j, t)):
    try:
        step(*given)
    except ValueError as error:
        print(error)
assert (arrays["W1"] == before).all()
""",
    )
    labels, shape, dtype = printed.splitlines()
    assert labels.startswith("softmax_cross_entropy: labels must be from 0 to 2")
    assert shape == "x is float64 (5, 4); pass float32 (6, 4)."
    assert dtype == "x is complex128 (6, 4); pass float32 (6, 4)."


def test_dropout_draws_from_a_generator_of_its_own(tmp_path, batch):
    ag.seed(0)
    model = nn.Sequential(nn.Linear(4, 50, rng=0), nn.Dropout(0.5), nn.Linear(50, 3, rng=1))
    step = ag.capture(step_of(model, ag.optim.SGD(model.parameters(), lr=0.0)))
    step(*batch)
    step.export(tmp_path / "step.py")
    np.savez(tmp_path / "batch.npz", x=batch[0], t=batch[1])
    printed = run_alone(
        tmp_path,
        """
from step import seed, step
batch = np.load("batch.npz")
for first in (0, 0, 1):
    seed(first)
    print([float(step(batch["x"], batch["t"])) for _ in range(2)])
""",
    )
    one, again, other = printed.splitlines()
    assert one == again != other
    first, second = eval(one)
    assert first != second


def test_where_a_slope_is_infinite_it_says_so_and_writes_nothing(tmp_path):
    w = ag.Variable(np.ones(2), name="w")
    optimizer = ag.optim.SGD([w], lr=0.1)

    def step(x):
        loss = ag.sum(ag.sqrt(w * x) * x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    captured = ag.capture(step)
    captured(np.array([1.0, 4.0]))
    captured.export(tmp_path / "step.py")
    printed = run_alone(
        tmp_path,
        """
from step import arrays, step
before = arrays["w"].copy()
try:
    step(np.array([0.0, 4.0]))
except FloatingPointError as error:
    print(error)
assert (arrays["w"] == before).all()
step(np.array([1.0, 4.0]))
assert (arrays["w"] != before).any()
""",
    )
    assert printed.startswith("step: a gradient became NaN")


def test_gradients_come_back_by_name(tmp_path):
    apple, count, tax = ag.Variable(100.0), ag.Variable(2.0), ag.Variable(1.1)

    @ag.capture
    def shop():
        price = apple * count * tax
        price.backward()
        return {"price": price, "currency": "yen"}

    shop()
    for v in (apple, count, tax):
        v.zero_grad()
    shop()
    shop.export(tmp_path / "shop.py")
    printed = run_alone(
        tmp_path,
        "import shop\nprint(shop.shop()['currency'], sorted(shop.gradients.items()))",
    )
    assert "yen" in printed
    assert "('tax', array(200.))" in printed
    assert "('apple', array(2.2))" in printed


# ---- predictors

LAYERS = {
    "relu": lambda: nn.ReLU(),
    "leaky_relu": lambda: nn.LeakyReLU(),
    "elu": lambda: nn.ELU(),
    "gelu": lambda: nn.GELU(),
    "silu": lambda: nn.SiLU(),
    "sigmoid": lambda: nn.Sigmoid(),
    "tanh": lambda: nn.Tanh(),
    "softplus": lambda: nn.Softplus(),
    "softmax": lambda: nn.Softmax(),
    "layer_norm": lambda: nn.LayerNorm(8),
    "batch_norm": lambda: nn.BatchNorm1d(8),
    "dropout": lambda: nn.Dropout(0.5),
    "maxout": lambda: nn.Maxout(8, 8),
    "flatten": lambda: nn.Flatten(),
    "linear_without_bias": lambda: nn.Linear(8, 8, bias=False),
}


@pytest.fixture(scope="module")
def predictors(tmp_path_factory):
    """All layers, exported, and run for batches of sizes that they were not captured with."""
    folder = tmp_path_factory.mktemp("predictors")
    ag.seed(0)
    texts, wanted = {}, {}
    x = rng.standard_normal((30, 4)).astype(np.float32)
    for name, layer in LAYERS.items():
        model = nn.Sequential(nn.Linear(4, 8), layer(), nn.Linear(8, 3))
        texts[name] = exported_model(model, x[:5], folder / f"{name}_.py")
        wanted[name] = [model(x[:n]).data for n in (1, 2, 5, 30)]
    np.save(folder / "x.npy", x)
    run_alone(
        folder,
        f"""
from importlib import import_module
x = np.load("x.npy")
found = {{}}
for name in {list(LAYERS)}:
    predict = import_module(name + "_").predict
    for n in (1, 2, 5, 30):
        found[f"{{name}} {{n}}"] = predict(x[:n])
np.savez("found.npz", **found)
""",
    )
    with np.load(folder / "found.npz") as found:
        return texts, wanted, {name: found[name] for name in found.files}


@pytest.mark.parametrize("name", LAYERS)
def test_a_predictor_takes_batches_of_any_size(name, predictors):
    texts, wanted, found = predictors
    assert "memory_of" not in texts[name]
    for n, computed in zip((1, 2, 5, 30), wanted[name], strict=True):
        ours = found[f"{name} {n}"]
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, computed, rtol=2e-5, atol=1e-6)


def test_a_predictor_reads_like_a_textbook(tmp_path):
    x = np.zeros((5, 4), np.float32)
    text = exported_model(network(), x, tmp_path / "predict.py")
    lines = [line.strip() for line in text[text.index("def predict") :].splitlines()]
    code = [line for line in lines if line and not line.startswith(("#", '"'))]
    assert code == [
        "def predict(x):",
        'x = checked("x", x, (None, 4), "float32")',
        "a1 = x @ W1 + b1",
        "h1 = maximum(a1, 0)",
        "y = h1 @ W2 + b2",
        "return y",
    ]


def test_a_predictor_refuses_what_does_not_fit(tmp_path):
    exported_model(network(), np.zeros((5, 4), np.float32), tmp_path / "predict.py")
    printed = run_alone(
        tmp_path,
        """
from predict import predict
print(predict([[1, 2, 3, 4]]).shape)
for x in ([[1.0, 2.0]], [1.0, 2.0, 3.0, 4.0], [["a"] * 4]):
    try:
        predict(x)
    except ValueError as error:
        print(error)
""",
    )
    assert printed.splitlines() == [
        "(1, 3)",
        "x is float64 (1, 2); pass float32 (n, 4).",
        "x is float64 (4,); pass float32 (n, 4).",
        "x is <U1 (1, 4); pass float32 (n, 4).",
    ]


def test_sizes_of_the_batch_are_written_as_such(tmp_path):
    def scores(x, y):
        return ag.mean(x * y), ag.reshape(x, (x.shape[0] * 2, 2)), ag.sum(x, axis=0) / x.shape[0]

    x, y = rng.random((5, 4)), rng.random((5, 4))
    captured = ag.capture(scores)
    with ag.no_grad():
        captured(x, y)
    captured.export(tmp_path / "scores.py")
    text = (tmp_path / "scores.py").read_text(encoding="utf-8")
    assert "4 * n" in text
    assert "2 * n" in text
    printed = run_alone(
        tmp_path,
        """
from scores import scores
x, y = np.arange(12.0).reshape(3, 4), np.ones((3, 4))
mean, table, columns = scores(x, y)
print(float(mean), table.shape, columns.tolist())
try:
    scores(x, y[:2])
except ValueError as error:
    print(error)
""",
    )
    assert printed.splitlines() == [
        "5.5 (6, 2) [4.0, 5.0, 6.0, 7.0]",
        "the batches differ in length.",
    ]


def test_where_the_batch_is_not_free_its_size_is_fixed_and_told(tmp_path):
    weights = ag.Variable(rng.random((5, 1)), requires_grad=False, name="weights")

    def weighted(x):
        return ag.sum(x * weights, axis=0)

    captured = ag.capture(weighted)
    x = rng.random((5, 4))
    with ag.no_grad():
        wanted = captured(x)
    captured.export(tmp_path / "weighted.py")
    np.save(tmp_path / "x.npy", x)
    printed = run_alone(
        tmp_path,
        """
from weighted import weighted
x = np.load("x.npy")
np.save("y.npy", weighted(x))
try:
    weighted(x[:3])
except ValueError as error:
    print(error)
""",
    )
    assert np.array_equal(np.load(tmp_path / "y.npy"), wanted.data)
    assert printed == "x is float64 (3, 4); pass float64 (5, 4).\n"


def test_a_size_that_changes_what_is_computed_is_noticed(tmp_path):
    def either(x):
        return ag.sin(x) * 2.0 if len(x) < 20 else ag.sin(x) * 3.0

    captured = ag.capture(either)
    with ag.no_grad():
        captured(np.ones((5, 2)))
    captured.export(tmp_path / "either.py")
    assert "The shapes are fixed." in (tmp_path / "either.py").read_text(encoding="utf-8")


def test_arguments_without_a_batch_are_of_fixed_shape(tmp_path):
    captured = ag.capture(lambda x, scale: ag.sin(x) * scale)
    with ag.no_grad():
        captured(np.ones((5, 2)), np.array(2.0))
    captured.export(tmp_path / "scaled.py")
    printed = run_alone(
        tmp_path, "from scaled import predict\nprint(predict(np.ones((5, 2)), 3.0).shape)"
    )
    assert printed == "(5, 2)\n"


# ---- files


def test_files_are_replaced_and_nothing_else_is_left(tmp_path):
    x = np.zeros((5, 4), np.float32)
    for _ in range(2):
        exported_model(network(), x, tmp_path / "predict.py")
    assert sorted([p.name for p in tmp_path.iterdir()]) == ["predict.npz", "predict.py"]


def test_two_exports_are_the_same_bytes(tmp_path):
    x = np.zeros((5, 4), np.float32)
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        exported_model(network(), x, tmp_path / folder / "predict.py")
    for name in ("predict.py", "predict.npz"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_paths_are_checked_before_any_work(tmp_path):
    captured = ag.capture(lambda x: ag.sin(x))
    with pytest.raises(CaptureError, match="call"):
        captured.export(tmp_path / "f.py")
    with ag.no_grad():
        captured(np.ones(3))
    with pytest.raises(ArgumentError, match=r"\.py"):
        captured.export(tmp_path / "f.txt")
    with pytest.raises(ArgumentError, match="does not exist"):
        captured.export(tmp_path / "nowhere" / "f.py")
    with pytest.raises(OperandError):
        captured.export(3)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_said_without_the_library_is_refused(tmp_path):
    w = ag.Variable(np.ones(2), name="w")

    @ag.capture
    def adding(x):
        ag.sum(w * x).backward()

    ag.sum(w).backward()
    adding(np.ones(2))
    with pytest.raises(CaptureError, match="zero_grad"):
        adding.export(tmp_path / "adding.py")

    thing = object()
    returning = ag.capture(lambda x: (x, thing))
    returning(np.ones(2))
    with pytest.raises(CaptureError, match="returns something"):
        returning.export(tmp_path / "returning.py")
    assert not list(Path(tmp_path).iterdir())


# ---- what a program takes from this library


def test_a_kernel_comes_along_with_what_it_calls(tmp_path):
    places, t = rng.integers(-20, 20, 300), np.ones((300, 4))
    table = ag.Variable(rng.random((20, 4)), name="table")
    optimizer = ag.optim.SGD([table], lr=0.1)

    @ag.capture
    def step(places, t):
        loss = ag.mean_squared_error(table[places], t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    step(places, t)
    step.export(tmp_path / "step.py")
    np.save(tmp_path / "places.npy", places)
    printed = run_alone(
        tmp_path,
        """
from step import step
places = np.load("places.npy")
print([float(step(places, np.ones((300, 4)))) for _ in range(3)])
""",
    )
    here = [step(places, t).item() for _ in range(3)]
    assert eval(printed) == pytest.approx(here, rel=1e-12)


def test_a_gradient_by_index_is_exported_for_its_shapes(tmp_path):
    def slope(x, places):
        x = ag.Variable(x)
        return ag.gradients(ag.sum(x[places] ** 2), [x])[0]

    captured = ag.capture(slope)
    x, places = rng.random(300), rng.integers(0, 300, 300)
    captured(x, places)
    captured.export(tmp_path / "slope.py")
    np.savez(tmp_path / "given.npz", x=x, places=places)
    run_alone(
        tmp_path,
        """
from slope import slope
given = np.load("given.npz")
np.save("found.npy", slope(given["x"], given["places"]))
""",
    )
    assert np.array_equal(np.load(tmp_path / "found.npy"), slope(x, places))


def test_one_thread_does_the_work_of_several(tmp_path):
    w = rng.random(10**6)
    captured = ag.capture(lambda x: ag.sum(ag.tanh(x * w + 1.0)).data, threads=2)
    x = rng.random(10**6)
    captured(x)
    assert "spread(" in captured.source
    captured.export(tmp_path / "total.py")
    assert "spread" not in (tmp_path / "total.py").read_text()
    np.save(tmp_path / "x.npy", x)
    printed = run_alone(tmp_path, "import total\nprint(total.predict(np.load('x.npy')))")
    assert float(printed) == captured(x)


def test_a_model_that_was_captured_while_recording_takes_batches_of_any_size(tmp_path):
    model = network().eval()
    captured = ag.capture(model)
    captured(rng.random((6, 4), dtype=np.float32))
    captured.export(tmp_path / "predict.py")
    printed = run_alone(
        tmp_path, "from predict import predict\nprint(predict(np.ones((9, 4))).shape)"
    )
    assert printed == "(9, 3)\n"


def test_words_among_the_arguments_stay_words(tmp_path):
    captured = ag.capture(lambda x: ag.einsum("ij,ij->i", x, x).data)
    x = rng.random((4, 3))
    captured(x)
    captured.export(tmp_path / "squares.py")
    printed = run_alone(
        tmp_path, "import squares\nprint(squares.predict(np.ones((2, 3))).tolist())"
    )
    assert printed == "[3.0, 3.0]\n"


# ---- explain


def explain(folder, text, *options):
    script = folder / "script.py"
    script.write_text(text)
    return subprocess.run(
        [sys.executable, "-m", "autograd_lite", "explain", str(script), *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
    )


HEAD = "import numpy as np\nimport autograd_lite as ag\n"
MODEL = "model = ag.nn.Sequential(ag.nn.Linear(4, 3), ag.nn.Sigmoid(), ag.nn.Linear(3, 2))\n"


def test_explain_prints_the_forward_program_of_a_model(tmp_path):
    done = explain(tmp_path, HEAD + MODEL)
    assert done.returncode == 0
    assert done.stdout.startswith("# ==== model\n")
    assert "# h1 = 1 / (1 + exp(-a1))" in done.stdout
    assert "backward" not in done.stdout


def test_explain_prints_captured_functions_alone(tmp_path):
    step = "@ag.capture\ndef double(x):\n    return ag.sin(x).data\ndouble(np.ones(3))\n"
    done = explain(tmp_path, HEAD + MODEL + step)
    assert done.stdout.startswith("# ==== double\n")
    assert "sin(x" in done.stdout
    assert "model" not in done.stdout


def test_explain_prints_the_step_of_a_trainer(tmp_path):
    trainer = (
        "trainer = ag.training.Trainer(model, ag.optim.SGD(model.parameters(), lr=0.1), seed=0, "
        "capture=True)\n"
        "trainer.fit(np.zeros((8, 4), np.float32), np.zeros(8, int), epochs=1, progress=False)\n"
    )
    done = explain(tmp_path, HEAD + MODEL + trainer)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# ==== trainer.step.program\n")
    assert "# ---- update: SGD" in done.stdout


def test_explain_writes_a_file(tmp_path):
    done = explain(tmp_path, HEAD + MODEL, "--output", "model.txt")
    assert done.stdout == "model.txt\n"
    assert (tmp_path / "model.txt").read_text(encoding="utf-8").startswith("# ==== model\n")


@pytest.mark.parametrize(
    ("text", "options", "status", "said"),
    [
        (HEAD, (), 2, "explain: "),
        ("1 / 0\n", (), 1, "ZeroDivisionError"),
        (HEAD + "model = ag.nn.Sequential(ag.nn.ReLU())\n", (), 2, "is not told which inputs"),
        (HEAD + MODEL, ("--output", "model.png"), 2, "no known format"),
    ],
)
def test_explain_says_what_is_wrong(tmp_path, text, options, status, said):
    done = explain(tmp_path, text, *options)
    assert done.returncode == status
    assert said in done.stderr
    assert not done.stdout
