"""The text of captured programs: names, comments, and that two runs give the same text."""

from __future__ import annotations

import builtins
import keyword
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.capturing.write.naming import number_word
from autograd_lite.capturing.write.shortening import shortened

rng = np.random.default_rng(0)


def two_layers():
    model = ag.nn.Sequential(ag.nn.Linear(4, 3, rng=0), ag.nn.Sigmoid(), ag.nn.Linear(3, 2, rng=1))
    optimizer = ag.optim.SGD(model.parameters(), lr=0.1)

    def step(x, t):
        loss = ag.softmax_cross_entropy(model(x), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return step


def text_of(function, *args):
    captured = ag.capture(function)
    captured(*args)
    return captured.source


def lines_of(text):
    """The lines inside the step, without what stands around them."""
    return [line.strip() for line in text[text.index("    def step(") :].splitlines()]


@pytest.fixture(scope="module")
def step_text():
    return text_of(two_layers(), rng.random((5, 4), dtype=np.float32), np.array([0, 1, 0, 1, 1]))


def test_a_training_step_reads_like_a_textbook(step_text):
    formulas = [line for line in lines_of(step_text) if line.startswith("# ") and " = " in line]
    for formula in (
        "# a1 = x @ W1 + b1",
        "# h1 = 1 / (1 + exp(-a1))",
        "# a2 = h1 @ W2 + b2",
        "# grad_h1 = grad_a2 @ W2.T",
        "# grad_W2 = h1.T @ grad_a2",
        "# grad_b2 = sum(grad_a2, axis=0)",
        "# grad_a1 = grad_h1 * ((1 - h1) * h1)",
        "# grad_W1 = x.T @ grad_a1",
        "# W1 = W1 - grad_W1 * rates[0]",
    ):
        assert any(f.startswith(formula.partition("*")[0]) for f in formulas), formula
        if "rates" not in formula:
            assert formula in formulas, formula


def test_phases_come_in_their_order(step_text):
    phases = re.findall(r"# ---- (\w+)", step_text)
    assert phases == ["forward", "backward", "update"]


def test_a_step_makes_no_call_that_another_line_can_spare(step_text):
    step = lines_of(step_text)
    assert step_text.count("with errstate(") == 1
    assert "if count_nonzero(target) != 5:" in step
    assert 'copyto(rates, lr, casting="unsafe")  # (1,)' in step
    assert "t_row = t.reshape(1, 5)  # (1, 5)" in step
    assert "dot(all_ones, grad_a1, out=grad_b1)  # (3,)" in step


def test_operations_have_their_module_their_widths_and_the_line(step_text):
    assert re.search(r"# module 0: linear, 4 → 3  \(test_capture_source\.py:\d+\)", step_text)
    assert "# module 1: sigmoid" in step_text
    assert "dot(x, W1, out=a1)  # (5, 3)" in step_text


def test_the_head_tells_where_it_is_from_and_what_it_changes(step_text):
    head = step_text[: step_text.index('"""', 3)]
    assert re.match(r'"""step of test_capture_source\.py, line \d+, captured', head)
    changed = head[head.index("Changed in place") : head.index("Read")]
    assert re.findall(r"^    (\w+)", changed, re.M) == ["W1", "b1", "W2", "b2"]
    assert "W2  float32 (3, 2)  2.W" in head
    assert "x  float32 (5, 4)" in head
    assert "loss  float32 ()" in head


def test_no_value_has_a_name_of_numpy_or_python(step_text):
    made = set(re.findall(r"^ +(\w+) = ", step_text, re.M))
    plain = made - {"block", "start"}  # of the helper, which is not about values
    assert not plain & (set(dir(np)) | set(dir(builtins)) | set(keyword.kwlist))


def test_the_text_is_the_same_in_another_process(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import numpy as np\n"
        "from test_capture_source import text_of, two_layers\n"
        "x = np.zeros((5, 4), np.float32)\n"
        "print(text_of(two_layers(), x, np.array([0, 1, 0, 1, 1])))\n"
        "import autograd_lite as ag\n"
        "one = two = three = four = ag.Variable(3.0)\n"
        "def product():\n"
        "    y = four * two * one * three\n"
        "    y.backward()\n"
        "    return y\n"
        "print(text_of(product))\n"
    )
    texts = {
        subprocess.run(
            [sys.executable, str(script)],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1
    assert "dot(" in texts.pop()


# ---- names


def test_arguments_in_trees_have_the_names_of_their_places():
    w = ag.Variable(np.ones(3), name="w")

    def step(batch, *more, scale):
        return {"total": ag.sum(w.data * batch["x"] + batch["y"][0] + more[0] * scale)}

    x = np.arange(3.0)
    with ag.no_grad():
        captured = ag.capture(step)
        captured({"x": x, "y": (x + 1,)}, x + 2, scale=x + 3)
    assert "def step(batch_x, batch_y_0, more, scale):" in captured.source
    assert re.search(r"Returned\n    total  float64", captured.source)


def test_variables_have_the_names_that_the_function_knows_them_by():
    apple, count, tax = ag.Variable(100.0), ag.Variable(2.0), ag.Variable(1.1)

    def shop():
        price = apple * count * tax
        price.backward()
        return price

    text = text_of(shop)
    assert "price = multiply(z, tax)" in text
    assert "grad_apple = multiply(tax, count)" in text
    assert "[apple, count, tax] = outside" in text


def test_modules_that_have_names_give_them_to_their_values():
    class Network(ag.nn.Module):
        def __init__(self):
            self.hidden = ag.nn.Linear(4, 3, rng=0)
            self.out = ag.nn.Linear(3, 1, rng=1)

        def forward(self, x):
            return self.out(ag.tanh(self.hidden(x)))

    class Fitting:
        def __init__(self):
            self.model = Network()
            self.optimizer = ag.optim.Momentum(self.model.parameters(), lr=0.1)

        def step(self, x, t):
            loss = ag.mean_squared_error(self.model(x), t)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            return loss

    x = rng.random((5, 4), dtype=np.float32)
    text = text_of(Fitting().step, x, x[:, :1])
    assert "# hidden_a = x @ hidden_W + hidden_b" in text
    assert "# momentum_out_W = momentum_out_W * 0.9 + grad_out_W" in text
    assert "grad_hidden_W" in text


def test_state_is_named_for_its_own_parameter():
    first, second = ag.Variable([1.0, 2.0], name="u"), ag.Variable([3.0, 4.0], name="v")
    optimizer = ag.optim.Adam([second, first])  # another order than that of their use

    def step():
        loss = ag.sum(first * first + second * second * second)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    text = text_of(step)
    assert "# momentum_u = momentum_u * 0.9 + grad_u" in text
    assert "# momentum_v = momentum_v * 0.9 + grad_v" in text


def test_constants_are_short_and_written_out():
    def f(x, t):
        return ag.softmax_cross_entropy(ag.sin(x) * 0.5, t).data

    text = text_of(f, np.ones((4, 3)), np.array([0, 1, 2, 1]))
    assert "half = array(0.5, float64)" in text
    assert "range_3 = arange(3, dtype=int64).reshape(3, 1)" in text


def test_numbers_keep_all_their_digits():
    x = np.ones(3)
    captured = ag.capture(lambda x: ag.sin(x).data * 0.12345678901234567)
    captured(x)
    assert np.array_equal(captured(x), np.sin(x) * 0.12345678901234567)
    assert "c_0_1235 = array(0.12345678901234566, float64)" in captured.source


def test_only_what_is_one_everywhere_is_left_out_of_a_product():
    kept, left_out = np.array([1.0, 2.0]), np.ones(2)
    for factor in (kept, left_out):
        factor.setflags(write=False)
    x = np.array([3.0, 4.0])
    captured = ag.capture(lambda x: ag.sin(x).data * kept * left_out)
    captured(x)
    assert np.array_equal(captured(x), np.sin(x) * kept)
    assert captured.source.count(" = multiply(") + captured.source.count("  multiply(") == 1


def test_what_two_formulas_read_has_a_name_of_its_own(step_text):
    lines = lines_of(step_text)
    assert any(line.startswith("exp(shifted, out=powers)") for line in lines)
    assert any(line.startswith("divide(powers, sums, out=p)") for line in lines)


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("0.5", "half"),
        ("1.0", "one"),
        ("0.01", "c_0_01"),
        ("-2.0", "minus_two"),
        ("1e-08", "c_1em08"),
    ],
)
def test_numbers_have_words(number, word):
    assert number_word(number) == word


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["net.layers.0.W", "net.layers.0.b", "net.layers.3.W"], ["W1", "b1", "W2"]),
        (["0.gamma", "0.beta", "1.W"], ["gamma1", "beta1", "W1"]),
        (["encoder.0.W", "decoder.0.W"], ["encoder_W1", "decoder_W1"]),
        (["params['W1']", "weights[0]", ""], ["params_W1", "weights0", ""]),
    ],
)
def test_paths_become_names(paths, names):
    assert shortened(paths) == names


def test_small_functions_are_one_formula():
    w, b = ag.Variable(rng.random(5)), ag.Variable(rng.random(5))

    def f(x):
        y = ag.sum(ag.tanh(x * w + b))
        y.backward()
        return y

    lines = lines_of(text_of(f, rng.random(5)))
    assert "# h = tanh(x * w + b)" in lines
    assert "# grad_b = 1 - h * h" in lines


def test_gradients_are_arrays_of_their_own():
    a, b = ag.Variable(3.0), ag.Variable([1.0, 2.0])

    def f():
        loss = ag.sum(b) + a * 2.0
        loss.backward()
        return loss

    captured = ag.capture(f)
    captured()
    a.zero_grad()
    b.zero_grad()
    captured()
    assert type(a.grad) is np.ndarray
    assert a.grad == 2.0
    b.grad += 1.0  # must not be a constant of the program
    b.zero_grad()
    captured()
    assert np.array_equal(b.grad, [1.0, 1.0])


def normalized():
    model = ag.nn.Sequential(ag.nn.Linear(4, 3, rng=0), ag.nn.BatchNorm1d(3), ag.nn.ReLU())
    optimizer = ag.optim.Adam(model.parameters())

    def step(x):
        loss = ag.mean(model(x) ** 2)
        optimizer.zero_grad()
        loss.backward()
        ag.optim.clip_grad_norm(model.parameters(), 1.0)
        optimizer.step()
        return loss

    return step


def chain(x):
    for _ in range(40):
        x = ag.sin(x) * 1.1 + 0.1
    return x.data


def large(x):
    return ag.sum(ag.tanh(x * 2.0 + x)).data


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (normalized, rng.random((6, 4), dtype=np.float32)),
        (chain, np.array(0.3)),
        (large, np.ones(10**6)),
    ],
)
def test_the_text_is_laid_out_as_one_would(function, x):
    text = text_of(function() if function is normalized else function, x)
    lines = text.splitlines()
    assert all(line == line.rstrip() for line in lines)
    assert max(map(len, lines)) <= 108
    after = lines[[line.startswith("    def step(") for line in lines].index(True) + 1]
    assert after == "        # ---- forward"
    assert "\n\n\n    " not in text
    places = [line for line in lines if re.match(r"    \w+ = memory\(", line)]
    assert len(set(places)) == len(places)


def test_a_module_is_one_paragraph_and_what_it_keeps_is_another():
    text = text_of(normalized(), rng.random((6, 4), dtype=np.float32))
    phases = re.findall(r"# ---- (.*)", text)
    assert phases[:2] == ["forward", "backward"]
    assert set(phases[2:]) == {
        "forward: what is kept of it",
        "update: Adam",
        "update: clip_grad_norm",
    }
    assert len(re.findall(r"# module 1: ", text)) == 3  # forward, backward, running averages


def test_comments_round_numbers_and_programs_do_not():
    text = text_of(normalized(), rng.random((6, 4), dtype=np.float32))
    assert "c_0_001 = array(0.0010000000000000009, float64)" in text
    assert re.search(r"# root\w* = sqrt\(\(1 - 0\.999\*\*\w+\) / 0\.001\)", text)


def test_no_value_has_the_name_of_a_kernel():
    def slope(x, scatter_add):
        x = ag.Variable(x)
        return ag.gradients(ag.sum(x[scatter_add] ** 2), [x])[0]

    x, places = rng.random(300), rng.integers(0, 300, 300)
    captured = ag.capture(slope)
    assert np.array_equal(captured(x, places), slope(x, places))
    assert "= scatter_add(" in captured.source
    assert "def step(x, scatter_add_2):" in captured.source
