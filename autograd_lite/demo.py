"""The demo: the apple graph, a quick self-check, a small network on real digits."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import autograd_lite as ag
from autograd_lite.arrays import Array
from autograd_lite.checking import as_table, check_operations

__all__ = ["demo"]

FOLDER = Path("autograd-lite-demo")
EPOCHS, BATCH, HIDDEN = 30, 32, 32


def demo() -> int:
    """Run all three parts and name the files; return 0 if all went as it should."""
    FOLDER.mkdir(exist_ok=True)
    files = _apple()
    right = _self_check()
    accuracy, curve = _train()
    files.append(curve)
    print("\nWritten: " + ", ".join([str(file) for file in files]))
    return 0 if accuracy > 0.9 and right else 1


def _self_check() -> bool:
    """Check every operation to first order; show the few that are furthest off, or wrong."""
    print("\nSelf-check: every operation against central differences\n")
    reports = list(check_operations(quick=True))
    failed = [report for report in reports if report.failure]
    furthest = sorted(reports, key=lambda report: -(report.first_order or 0.0))[:3]
    print(as_table(failed or furthest))
    compared = sum([report.comparisons for report in reports])
    verdict = f"{len(failed)} failed" if failed else "all agree; above, the three furthest off"
    print(f"\n{len(reports)} operations, {compared:,} numbers compared: {verdict}.")
    return not failed


def _apple() -> list[Path]:
    """Compute the textbook's first graph, forward and backward."""
    apple = ag.Variable(100.0, name="apple")
    count = ag.Variable(2.0, name="count")
    tax = ag.Variable(1.1, name="tax")
    price = apple * count * tax
    price.name = "price"
    price.backward()
    print("The apple graph: price = apple × count × tax\n")
    print(f"{'':8}{'value':>8}{'gradient':>12}")
    for v in (apple, count, tax):
        print(f"{v.name:8}{v.item():8.6g}{float(v.grad):12.6g}")  # type: ignore[arg-type]
    print(f"{'price':8}{price.item():8.6g}{1:12.6g}")
    dearer = (apple + 1) * count * tax
    print(f"\nprice + 1: an apple for 101 makes {dearer}, {dearer - price} more.")
    graph = ag.draw(price)
    print(f"Drawn by {graph.engine}; apple.html goes through it step by step.")
    return [graph.save(FOLDER / f"apple.{kind}") for kind in ("svg", "html", "dot")]


class _Net:
    """Two layers: 64 pixels, hidden sigmoid units, 10 digits."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.w1 = ag.Variable(rng.normal(0, 0.2, (64, HIDDEN)), dtype=np.float32, name="w1")
        self.b1 = ag.Variable(np.zeros(HIDDEN), dtype=np.float32, name="b1")
        self.w2 = ag.Variable(rng.normal(0, 0.2, (HIDDEN, 10)), dtype=np.float32, name="w2")
        self.b2 = ag.Variable(np.zeros(10), dtype=np.float32, name="b2")
        self.parameters = [self.w1, self.b1, self.w2, self.b2]

    def __call__(self, x: Array) -> ag.Variable:
        return ag.linear(ag.sigmoid(ag.linear(x, self.w1, self.b1)), self.w2, self.b2)

    def accuracy(self, x: Array, t: Array) -> float:
        with ag.no_grad():
            return float((self(x).data.argmax(axis=1) == t).mean())


def _train() -> tuple[float, Path]:
    """Train on the packaged digits; return the test accuracy and the picture of the loss."""
    from tqdm import tqdm

    print("\nA network of 64-32-10 on 1,797 scanned digits (UCI), seed 0")
    (x, t), (x_test, t_test) = ag.datasets.digits()
    rng = np.random.default_rng(0)
    net = _Net(rng)
    optimizer = ag.optim.SGD(net.parameters, lr=0.5)
    losses: list[float] = []
    for _ in tqdm(range(EPOCHS), desc="training", file=sys.stdout, unit="epoch"):
        order = rng.permutation(len(x))
        for start in range(0, len(x), BATCH):
            chosen = order[start : start + BATCH]
            loss = ag.softmax_cross_entropy(net(x[chosen]), t[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    accuracy = net.accuracy(x_test, t_test)
    print(f"training accuracy {net.accuracy(x, t):.3f}, test accuracy {accuracy:.3f}")
    return accuracy, _curve(losses)


def _curve(losses: list[float]) -> Path:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(losses, color="#1f77b4", linewidth=0.8)
    axes.set(xlabel="iteration", ylabel="loss", title="64-32-10 on scanned digits")
    path = FOLDER / "loss.png"
    figure.savefig(path)
    return path
