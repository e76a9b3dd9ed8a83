"""A two-layer network learns handwritten digits.

The network of K. Saito, Deep Learning from Scratch, chapters 4 and 5: 784 pixels, 20 hidden
sigmoids, 10 scores, trained by plain SGD on mini-batches of 100. It compares backpropagation with
numerical gradients, trains once per seed, and draws loss and accuracy. The book takes 10,000
iterations; whole epochs make them 10,200.

    python examples/mnist_two_layer.py            # MNIST, from $AUTOGRAD_LITE_DATA/mnist
    python examples/mnist_two_layer.py --small    # the packaged 8 x 8 digits, in seconds

It exits with status 1 where the accuracy is lower than such a network should reach.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np

import autograd_lite as ag

BATCH = 100
SMOOTH = 100  # iterations that a point of the loss curve is the mean of
TOLERANCE = 1e-9  # between backpropagation and numerical gradients, both in float64


@dataclass
class Task:
    """What to learn, for how long, and how well it should go over the seeds 0 to 4."""

    name: str
    pixels: int
    learning_rate: float
    epochs: int
    mean: float
    least: float


MNIST = Task("mnist", 784, 0.1, epochs=17, mean=0.936, least=0.932)
DIGITS = Task("digits", 64, 0.5, epochs=200, mean=0.962, least=0.955)


class TrainAccuracy(ag.training.Callback):
    """After every epoch, the accuracy over all training images: the history's is while learning."""

    def __init__(self, x, t):
        self.data = x, t
        self.accuracies = []

    def on_epoch_end(self, trainer):
        self.accuracies.append(trainer.evaluate(*self.data)["accuracy"])


def two_layer_net(pixels, rng, dtype="float32"):
    """Return a network that gives a score per digit; the loss turns scores into probabilities."""
    start = ag.nn.init.normal(0.01)
    return ag.nn.MLP(
        *(pixels, 20, 10), activation="sigmoid", initialization=start, rng=rng, dtype=dtype
    )


def check_gradients(net, x, t):
    """Print how far backpropagation is from numerical gradients; return whether it is close."""

    def loss():
        return ag.softmax_cross_entropy(net(x), t)

    loss().backward()
    print("backpropagation against numerical gradients, mean absolute difference:")
    close = True
    for name, parameter in net.named_parameters():
        with ag.no_grad():
            numerical = ag.numerical_gradient(lambda _: loss(), parameter)
        difference = np.mean(np.abs(parameter.grad - numerical))
        print(f"  {name}: {difference:.1e}")
        close = close and difference < TOLERANCE
    return close


def train(task, data, seed):
    """Return the Trainer of a new network when it has learned, and its training accuracies."""
    training, test = data
    net = two_layer_net(task.pixels, seed)
    optimizer = ag.optim.SGD(net.parameters(), lr=task.learning_rate)
    trainer = ag.training.Trainer(net, optimizer, seed=seed)
    watch = TrainAccuracy(*training)
    trainer.fit(
        *training, task.epochs, BATCH, validation=test, eval_interval=SMOOTH, callbacks=[watch]
    )
    return trainer, watch.accuracies


def draw_curves(runs, path, title):
    """Draw the loss of every seed, and the accuracies of the last one."""
    mpl.use("Agg")  # files only: needs no screen
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    losses = {f"seed {seed}": trainer.losses for seed, (trainer, _) in runs.items()}
    seed, (trainer, trained) = list(runs.items())[-1]
    places = SMOOTH * np.arange(1, 1 + len(trainer.losses))
    ylabel = f"loss, mean of {SMOOTH} iterations"
    ag.plots.curves(losses, left, x=places, xlabel="iteration", ylabel=ylabel)
    accuracies = {"training images": trained, "test images": trainer.history["val_accuracy"]}
    ag.plots.curves(accuracies, right, ylabel=f"accuracy, seed {seed}")
    figure.suptitle(title)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def judge(runs, task):
    """Print the last test accuracy of every seed; return whether they are as they should be."""
    last = []
    for seed, (trainer, trained) in runs.items():
        last.append(trainer.history["val_accuracy"][-1])
        print(f"seed {seed}: training accuracy {trained[-1]:.4f}, test accuracy {last[-1]:.4f}")
    good = np.mean(last) >= task.mean, min(last) >= task.least
    print(f"mean {np.mean(last):.4f}, at least {task.mean}: {'yes' if good[0] else 'NO'}")
    print(f"each at least {task.least}: {'yes' if good[1] else 'NO'}")
    return all(good)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="learn the packaged 8 x 8 digits")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    options = parser.parse_args()

    task = DIGITS if options.small else MNIST
    try:
        data = ag.datasets.digits() if options.small else ag.datasets.mnist()
    except ag.errors.DataFileError as error:
        parser.error(f"{error} Or run this with --small.")
    (x, t), _ = data

    correct = check_gradients(two_layer_net(task.pixels, 0, "float64"), x[:3], t[:3])
    print("they agree" if correct else "they differ: one of them is wrong")

    runs = {}
    for seed in options.seeds:
        print(f"seed {seed}: {task.epochs} epochs")
        runs[seed] = train(task, data, seed)
    good = judge(runs, task)

    path = options.out / f"{task.name}_two_layer.png"
    draw_curves(runs, path, f"{task.name}: {task.pixels}-20-10")
    print(f"loss and accuracy: {path}")
    return 0 if correct and good else 1


if __name__ == "__main__":
    sys.exit(main())
