"""A deep network learns digits, clothes or photographs: six hidden layers, stopped in time.

784-500-400-300-200-100-50-10 with leaky ReLU, Adam, mini-batches of 256. A fifth of the training
images is set aside for validation: the weights that are kept are those of the epoch that was best
at them, and only these meet the test images. Best is the highest accuracy: on MNIST the loss is
lowest after six epochs, long before that, as a network that is surer of its few mistakes pays more
for them.

    python examples/mnist_deep.py                    # MNIST, from $AUTOGRAD_LITE_DATA/mnist
    python examples/mnist_deep.py --data fashion     # Fashion-MNIST
    python examples/mnist_deep.py --data cifar10     # CIFAR-10, or what is there of it
    python examples/mnist_deep.py --small            # a smaller net, the packaged 8 x 8 digits
    python examples/mnist_deep.py --twice            # also with softmax twice: a common mistake

It exits with status 1 where the test accuracy is lower than such a network should reach.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np

import autograd_lite as ag

EPOCHS = 100  # at most
PATIENCE = 10  # epochs without a higher validation accuracy
VALIDATION = 0.2  # of the training images
HIDDEN = (500, 400, 300, 200, 100, 50)


@dataclass
class Task:
    """What to learn, by which hidden layers, in what batches, and how well it should go."""

    load: Callable
    names: Sequence[str]
    least: float  # test accuracy
    hidden: Sequence[int] = HIDDEN
    batch: int = 256


TASKS = {
    "mnist": Task(ag.datasets.mnist, ag.datasets.mnist_names, least=0.975),
    "fashion": Task(ag.datasets.fashion_mnist, ag.datasets.fashion_mnist_names, least=0.87),
    "cifar10": Task(ag.datasets.cifar10, ag.datasets.cifar10_names, least=0.35),
    "digits": Task(
        ag.datasets.digits,
        ag.datasets.mnist_names,
        least=0.95,
        hidden=(200, 150, 100, 80, 60, 40),
        batch=16,
    ),
}


def split(task, seed):
    """Return images and labels to train with, to stop by and to test with."""
    (x, t), test = task.load()
    x, x_val, t, t_val = ag.datasets.train_test_split(x, t, test_size=VALIDATION, seed=seed)
    return (x, t), (x_val, t_val), test


def train(task, training, validation, seed, output=None):
    """Return a Trainer whose model has its best weights."""
    sizes = training[0].shape[1], *task.hidden, len(task.names)
    model = ag.nn.MLP(*sizes, activation="leaky_relu", output=output, rng=seed)
    optimizer = ag.optim.Adam(model.parameters())
    trainer = ag.training.Trainer(model, optimizer, ag.softmax_cross_entropy, seed=seed)
    stopping = ag.training.EarlyStopping("val_accuracy", PATIENCE)
    history = trainer.fit(
        *training, EPOCHS, task.batch, validation=validation, early_stopping=stopping
    )
    best = stopping.best_epoch
    print(
        f"  {history.epochs} epochs, the best was {best}: "
        f"validation accuracy {stopping.best:.4f}, loss {history['val_loss'][best - 1]:.4f}"
    )
    return trainer


def judge(trainer, test):
    """Print the test loss and accuracy; return the accuracy."""
    score = trainer.evaluate(*test)
    print(f"  test loss {score['loss']:.4f}, accuracy {score['accuracy']:.4f}")
    return score["accuracy"]


def draw(trainer, task, test, save):
    """Draw the curves, which classes were taken for which, and 25 test images."""
    x, t = test
    predicted = trainer.predict(x)
    precision = ag.metrics.precision(t, predicted, average=None)
    recall = ag.metrics.recall(t, predicted, average=None)
    for name, right, found in zip(task.names, precision, recall, strict=True):
        print(f"  {name:12} precision {right:.4f}, recall {found:.4f}")
    save("history", trainer.plot()[0])
    matrix = ag.metrics.confusion_matrix(t, predicted)
    print(matrix)
    save("confusion", ag.plots.confusion_matrix(matrix, task.names))
    save("images", ag.plots.images(x, predicted, t, names=task.names)[0, 0])


def explain_softmax_twice():
    """Print how hard two losses pull at the scores of an image that is taken for another class."""
    lowest = np.log(np.e + 9) - 1  # of one 1 and nine 0
    print("softmax twice: what comes out of the first softmax lies from 0 to 1, so that the second")
    print(f"  finds no class much likelier than another: the loss cannot fall below {lowest:.4f}.")
    print("  And the surer the network is of a wrong class, the less is its mistake corrected:")
    for wrong in (1.0, 5.0, 10.0):
        slopes = []
        for times, output in (("once", ag.nn.Identity()), ("twice", ag.nn.Softmax())):
            scores = ag.Variable([[0.0, wrong] + [0.0] * 8])  # class 0, taken for class 1
            ag.softmax_cross_entropy(output(scores), [0]).backward()
            slopes.append(f"{times} {scores.grad[0, 1]:.6f}")
        print(f"  wrong class ahead by {wrong:4}: slope of its score {', '.join(slopes)}")


def compare(once, twice, test, save):
    """Print and draw what softmax twice costs; return whether it does."""
    accuracies = once.evaluate(*test)["accuracy"], judge(twice, test)
    print(f"  test accuracy: softmax once {accuracies[0]:.4f}, twice {accuracies[1]:.4f}")
    curves = {
        "softmax once": once.history["val_accuracy"],
        "softmax twice": twice.history["val_accuracy"],
    }
    save("twice", ag.plots.curves(curves, ylabel="validation accuracy"))
    return accuracies[0] > accuracies[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", choices=["mnist", "fashion", "cifar10"], default="mnist")
    parser.add_argument("--small", action="store_true", help="learn the packaged 8 x 8 digits")
    parser.add_argument("--twice", action="store_true", help="also train with softmax twice")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pictures")
    options = parser.parse_args()
    mpl.use("Agg")  # files only: needs no screen

    name = "digits" if options.small else options.data
    task = TASKS[name]
    try:
        training, validation, test = split(task, options.seed)
    except ag.errors.DataFileError as error:
        parser.error(f"{error} Or run this with --small.")
    options.out.mkdir(parents=True, exist_ok=True)

    def save(picture, axes):
        path = options.out / f"{name}_deep_{picture}.png"
        axes.figure.savefig(path, dpi=120)
        print(f"  {path}")

    counts = [f"{len(x):,}" for x, _ in (training, validation, test)]
    print(f"seed {options.seed}: {', '.join(counts)} images to train with, to stop by, to test")
    trainer = train(task, training, validation, options.seed)
    accuracy = judge(trainer, test)
    good = accuracy >= task.least
    print(f"  at least {task.least}: {'yes' if good else 'NO'}")
    draw(trainer, task, test, save)
    if options.twice:
        explain_softmax_twice()
        twice = train(task, training, validation, options.seed, output="softmax")
        good = compare(trainer, twice, test, save) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
