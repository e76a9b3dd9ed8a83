"""How many bits does learning need? One network in half, single and double precision.

NumPy computes in 64 bits unless told otherwise, and a network learns as well in 32: in half the
memory and about half the time. "float16" only stores the weights and their gradients in 16 bits;
arithmetic is in 32, as processors do it, and converting takes time. So 16 bits are for keeping
what was learned. Where there are CuPy and a GPU, the same is measured there.

    python examples/precision.py            # MNIST, from $AUTOGRAD_LITE_DATA/mnist
    python examples/precision.py --small    # the packaged 8 x 8 digits, in seconds

Times are the best of several epochs, in which the networks take turns. It exits with status 1
where accuracy or memory are not as they should be.
"""

import argparse
import sys
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np

import autograd_lite as ag

DTYPES = "float16", "float32", "float64"
BATCH = 100
LEARNING_RATE = 0.1
SINGLE_TO_DOUBLE = 0.6  # of the memory that learning takes; without fixed costs it would be 0.5


@dataclass
class Task:
    name: str
    sizes: tuple[int, ...]
    images: int
    epochs: int
    least: float  # test accuracy in any precision


MNIST = Task("mnist", (784, 500, 500, 10), images=10_000, epochs=6, least=0.93)
DIGITS = Task("digits", (64, 300, 300, 10), images=1_437, epochs=10, least=0.9)


@dataclass
class Run:
    """One network in one precision on one device: what it learns with, and what that took."""

    dtype: str
    device: str
    trainer: ag.training.Trainer
    x: np.ndarray
    t: np.ndarray
    seconds: float = 0.0  # of the best epoch
    learning: int = 0  # bytes of batches, outputs and gradients, at the most
    accuracy: float = 0.0

    @property
    def weights(self):
        """How many bytes the parameters take."""
        return sum(p.data.nbytes for p in self.trainer.model.parameters())

    def __str__(self):
        return (
            f"{self.device:5}{self.dtype:8} weights {self.weights / 1e6:5.2f} MB, "
            f"learning {self.learning / 1e6:5.2f} MB, {self.seconds:.3f} s an epoch, "
            f"accuracy {self.accuracy:.4f}"
        )


def devices():
    """Return where arrays can be; say why there is no GPU among them."""
    try:
        ag.arrays.to_device(np.zeros(1), "cuda")
    except (ag.errors.MissingDependencyError, RuntimeError) as reason:  # no CuPy, no GPU
        print(f"cuda is skipped: {reason}")
        return ["cpu"]
    return ["cpu", "cuda"]


def prepared(dtype, device, task, data, seed):
    """Return a Run that has learned nothing yet; its data are where and what it computes with."""
    model = ag.nn.MLP(*task.sizes, initialization="he", rng=seed, dtype=dtype)
    optimizer = ag.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    trainer = ag.training.Trainer(model, optimizer, seed=seed, device=device)
    x, t = data
    x = x.astype("float64" if dtype == "float64" else "float32")
    return Run(
        dtype, device, trainer, ag.arrays.to_device(x, device), ag.arrays.to_device(t, device)
    )


def measure(runs, task, test):
    """Train all in turns; then count the memory of one more epoch, which makes it slower."""
    for _ in range(task.epochs):
        for run in runs:
            run.trainer.fit(run.x, run.t, 1, BATCH)
    for run in runs:
        run.seconds = min(run.trainer.history["seconds"])
        run.learning = most_memory(run)
        x, t = test
        run.accuracy = run.trainer.evaluate(x.astype(run.x.dtype), t)["accuracy"]
        print(run)


def most_memory(run):
    """Return how many bytes an epoch takes at the most, beside data and weights."""
    if run.device == "cuda":
        pool = ag.arrays.namespace(run.x).get_default_memory_pool()
        pool.free_all_blocks()
        before = pool.total_bytes()
        run.trainer.fit(run.x, run.t, 1, BATCH)
        return pool.total_bytes() - before
    tracemalloc.start()
    run.trainer.fit(run.x, run.t, 1, BATCH)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def judge(runs, task):
    """Print and return whether all learn alike, and 16, 32 and 64 bits take what they should."""
    half, single, double = runs
    checks = {
        f"each accuracy is at least {task.least}": min(r.accuracy for r in runs) >= task.least,
        "weights take 1 : 2 : 4": 4 * half.weights == 2 * single.weights == double.weights,
        f"learning in 32 bits takes less than {SINGLE_TO_DOUBLE} of the memory in 64": (
            single.learning < SINGLE_TO_DOUBLE * double.learning
        ),
    }
    for what, good in checks.items():
        print(f"{what}: {'yes' if good else 'NO'}")
    return all(checks.values())


def draw(runs, path, title):
    """Draw a bar for each run, of what it took."""
    mpl.use("Agg")  # files only: needs no screen
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(11, 3.6), layout="constrained")
    names = [f"{run.dtype}\n{run.device}" for run in runs]
    colours = ["C0" if run.device == "cpu" else "C2" for run in runs]
    bars = {
        "weights, MB": [run.weights / 1e6 for run in runs],
        "memory of learning, MB": [run.learning / 1e6 for run in runs],
        "seconds an epoch": [run.seconds for run in runs],
    }
    for ax, (what, heights) in zip(axes, bars.items(), strict=True):
        ax.bar_label(ax.bar(names, heights, color=colours, width=0.6), fmt="%.3g")
        ax.set_ylabel(what)
        ax.margins(y=0.12)
    figure.suptitle(title)
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="learn the packaged 8 x 8 digits")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    options = parser.parse_args()

    task = DIGITS if options.small else MNIST
    try:
        (x, t), test = ag.datasets.digits() if options.small else ag.datasets.mnist()
    except ag.errors.DataFileError as error:
        parser.error(f"{error} Or run this with --small.")
    data = x[: task.images], t[: task.images]
    title = f"{task.name}: {'-'.join(map(str, task.sizes))}, {task.images} images"
    print(f"{title}, seed {options.seed}")

    measured, good = [], True
    for device in devices():
        runs = [prepared(dtype, device, task, data, options.seed) for dtype in DTYPES]
        measure(runs, task, test)
        good = judge(runs, task) and good
        measured += runs

    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / f"{task.name}_precision.png"
    draw(measured, path, title)
    print(path)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
