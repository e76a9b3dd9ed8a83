"""A network learns a few images by heart; eight measures against that, side by side.

The same network is trained for the same epochs, each time with one measure: fewer weights, an L1 or
L2 penalty, dropout, images shifted, turned or with noise anew in every epoch, or simply more of
them. The plain network's training loss goes to 0 while its validation loss rises; every measure
should end with a lower validation loss. That is not always a higher accuracy: with fewer weights
and penalties on MNIST the accuracy is lower too.

    python examples/overfitting.py            # 1,000 images of $AUTOGRAD_LITE_DATA/mnist
    python examples/overfitting.py --small    # 300 of the packaged 8 x 8 digits, in seconds

The packaged digits are too easy to be overfitted, so there a fifth of the training labels is drawn
by lot: a network that learns those by heart has learned what is wrong.

It exits with status 1 where the plain network does not overfit, or a measure does not help.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib as mpl
import numpy as np

import autograd_lite as ag


@dataclass
class Task:
    """Which images, how many, and what is strong enough against overfitting to them."""

    load: Callable
    images: int  # to train with
    more: int  # for the measure "more images"
    validation: int
    shape: tuple[int, int]
    hidden: tuple[int, ...]
    epochs: int
    batch: int
    pixels: int  # by which images are shifted
    l1: float
    l2: float
    by_lot: float = 0.0  # share of labels


MNIST = Task(
    ag.datasets.mnist,
    images=1000,
    more=4000,
    validation=5000,
    shape=(28, 28),
    hidden=(300, 300),
    epochs=40,
    batch=50,
    pixels=2,
    l1=3e-4,
    l2=3e-3,
)
DIGITS = Task(
    ag.datasets.digits,
    images=300,
    more=1100,
    validation=337,
    shape=(8, 8),
    hidden=(100, 100),
    epochs=120,
    batch=25,
    pixels=1,
    l1=5e-4,
    l2=1e-2,
    by_lot=0.2,
)


@dataclass
class Measure:
    """How a training differs from the plain one."""

    hidden: tuple[int, ...]
    dropout: float = 0.0
    penalty: dict[str, float] = field(default_factory=dict)
    transform: Callable | None = None
    more: bool = False


def measures(task):
    return {
        "plain": Measure(task.hidden),
        "fewer weights": Measure(hidden=(30,)),
        "L1": Measure(task.hidden, penalty={"l1": task.l1}),
        "L2": Measure(task.hidden, penalty={"weight_decay": task.l2}),
        "dropout": Measure(task.hidden, dropout=0.5),
        "shift": Measure(task.hidden, transform=ag.datasets.Shift(task.pixels, shape=task.shape)),
        "rotation": Measure(task.hidden, transform=ag.datasets.Rotate(15, shape=task.shape)),
        "noise": Measure(task.hidden, transform=ag.datasets.Noise(0.3)),
        "more images": Measure(task.hidden, more=True),
    }


def load(task, seed):
    """Return the images to train with, `more` of them, and those to validate with."""
    (x, t), _ = task.load()
    validation = x[-task.validation :], t[-task.validation :]
    rng = np.random.default_rng(seed)
    lot = rng.random(len(t)) < task.by_lot
    t = np.where(lot, rng.integers(0, 10, len(t)), t)
    return (x[: task.more], t[: task.more]), validation


def train(task, measure, data, seed):
    """Return the history; its losses are without penalties."""
    (x, t), validation = data
    images = task.more if measure.more else task.images
    model = ag.nn.MLP(x.shape[1], *measure.hidden, 10, dropout=measure.dropout, rng=seed)
    optimizer = ag.optim.Adam(model.parameters(), **measure.penalty)
    return ag.training.Trainer(model, optimizer, seed=seed).fit(
        x[:images],
        t[:images],
        task.epochs,
        task.batch,
        validation=validation,
        transform=measure.transform,
    )


def report(histories):
    """Print a line for each measure; return those that do not end below the plain network."""
    plain = histories["plain"]["val_loss"]
    print("               training  validation    lowest  epoch  accuracy")
    failed = []
    for name, history in histories.items():
        losses = history["val_loss"]
        lowest = min(losses)
        print(
            f"{name:14} {history['loss'][-1]:9.4f} {losses[-1]:11.4f} {lowest:9.4f} "
            f"{losses.index(lowest) + 1:6} {history['val_accuracy'][-1]:9.4f}"
        )
        if name != "plain" and losses[-1] >= plain[-1]:
            failed.append(name)
    return failed


def overfits(history):
    """Whether the training loss goes on falling while the validation loss rises again."""
    lowest = min(history["val_loss"])
    return history["loss"][-1] < 0.5 * lowest and history["val_loss"][-1] > 1.1 * lowest


def draw(histories, path):
    """Draw the losses of every measure, all on one scale."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(
        3, 3, figsize=(11, 9), layout="constrained", sharex=True, sharey=True
    )
    end = histories["plain"]["val_loss"][-1]
    for ax, (name, history) in zip(axes.flat, histories.items(), strict=True):
        losses = {"training": history["loss"], "validation": history["val_loss"]}
        ag.plots.curves(losses, ax, title=name, ylabel="loss")
        ax.axhline(end, color="gray", lw=0.8, ls=":")
        ax.set_ylim(0, 2 * end)
        ax.label_outer()
    figure.suptitle("Overfitting, and what helps; dotted: where the plain network ends")
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="learn the packaged 8 x 8 digits")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    options = parser.parse_args()
    mpl.use("Agg")  # files only: needs no screen

    task = DIGITS if options.small else MNIST
    try:
        data = load(task, options.seed)
    except ag.errors.DataFileError as error:
        parser.error(f"{error} Or run this with --small.")
    print(f"seed {options.seed}: {task.images} images to train with, {task.validation} to validate")
    if task.by_lot:
        print(f"{task.by_lot:.0%} of the training labels are drawn by lot")
    histories = {
        name: train(task, measure, data, options.seed) for name, measure in measures(task).items()
    }
    failed = report(histories)
    learned_by_heart = overfits(histories["plain"])
    print(f"the plain network overfits: {'yes' if learned_by_heart else 'NO'}")
    print(f"measures that do not help: {', '.join(failed) or 'none'}")

    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / f"overfitting_{'digits' if options.small else 'mnist'}.png"
    draw(histories, path)
    print(path)
    return 0 if learned_by_heart and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
