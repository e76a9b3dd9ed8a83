"""The examples on the data sets, in full: ``pytest --full tests/test_examples_full.py``."""

import os

import pytest
from test_examples import run

LIMIT = 1800  # seconds
REACHED = [
    ("mnist_two_layer.py", [], ["they agree", "at least 0.936: yes"]),
    ("mnist_deep.py", ["--twice"], ["at least 0.975: yes"]),
    ("mnist_deep.py", ["--data", "fashion"], ["at least 0.87: yes"]),
    ("mnist_deep.py", ["--data", "cifar10"], ["at least 0.35: yes"]),
    ("fashion.py", [], ["at least 0.861: yes", "at least 0.88: yes"]),
    ("overfitting.py", [], ["overfits: yes", "measures that do not help: none"]),
    ("precision.py", [], ["each accuracy is at least 0.93: yes"]),
]


@pytest.mark.parametrize(("script", "options", "figures"), REACHED)
def test_in_full(script, options, figures, tmp_path, request):
    if not request.config.getoption("--full"):
        pytest.skip("takes minutes; run by pytest --full")
    folder = {name: os.environ[name] for name in ["AUTOGRAD_LITE_DATA"] if name in os.environ}
    done = run(script, *options, "--out", tmp_path, limit=LIMIT, **folder)
    assert done.returncode == 0, done.stdout + done.stderr
    for figure in figures:
        assert figure in done.stdout
    assert list(tmp_path.glob("*.png"))
