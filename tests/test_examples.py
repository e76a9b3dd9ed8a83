"""The examples run as a reader would run them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


def run(script, *options, limit=300, **environment):
    inherited = {k: v for k, v in os.environ.items() if k != "AUTOGRAD_LITE_DATA"}
    return subprocess.run(
        [sys.executable, EXAMPLES / script, *map(str, options)],
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )


def test_the_two_layer_network_learns_the_packaged_digits(tmp_path):
    done = run("mnist_two_layer.py", "--small", "--seeds", 0, 1, "--out", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    assert "they agree" in done.stdout
    accuracies = re.findall(r"seed \d: training accuracy \S+, test accuracy ([\d.]+)", done.stdout)
    assert len(accuracies) == 2
    assert min(map(float, accuracies)) >= 0.955
    assert re.search(r"mean 0\.9\d+, at least 0\.962: yes", done.stdout)
    assert (tmp_path / "digits_two_layer.png").read_bytes().startswith(b"\x89PNG")


def test_without_mnist_the_example_says_where_to_put_it_and_what_else_runs(tmp_path):
    done = run("mnist_two_layer.py", "--out", tmp_path, AUTOGRAD_LITE_DATA=str(tmp_path / "data"))
    assert done.returncode == 2
    for part in (str(tmp_path / "data" / "mnist"), "AUTOGRAD_LITE_DATA", "--small"):
        assert part in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_captured_step_learns_the_same_and_shows_its_program():
    done = run("captured_step.py", "--small", "--epochs", 2)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    losses = re.findall(r"epoch \d: loss (\S+), captured (\S+); [\d.]+ of the time", done.stdout)
    assert len(losses) == 2
    assert all(eager == captured for eager, captured in losses)
    assert "last bit: yes" in done.stdout
    _, _, program = done.stdout.partition("the program:\n\n")
    compile(program, "<program>", "exec")
    assert "dot(x, " in program


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_every_example_has_a_small_version_and_tells_its_seed(script):
    source = script.read_text(encoding="utf-8")
    assert 'parser.add_argument("--small", action="store_true"' in source
    assert re.search(r"print\(.*seed|f\".*seed", source)
