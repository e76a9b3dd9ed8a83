"""A two-layer network learns handwritten digits.

The network of K. Saito, Deep Learning from Scratch, chapters 4 and 5: 784 pixels, 20 hidden
sigmoids, 10 scores, trained by plain SGD on mini-batches of 100. It compares backpropagation with
numerical gradients, trains once per seed, and draws loss and accuracy.

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
TOLERANCE = 1e-7  # between backpropagation in float32 and numerical gradients in float64


@dataclass
class Task:
    """What to learn, for how long, and how well it should go over the seeds 0 to 4."""

    name: str
    pixels: int
    learning_rate: float
    iterations: int
    evaluate_every: int
    mean: float
    least: float


MNIST = Task("mnist", 784, 0.1, iterations=10_000, evaluate_every=600, mean=0.936, least=0.932)
DIGITS = Task("digits", 64, 0.5, iterations=3_000, evaluate_every=200, mean=0.962, least=0.955)


class TwoLayerNet:
    def __init__(self, inputs, hidden, outputs, rng):
        def normal(*shape):
            return 0.01 * rng.standard_normal(shape, dtype=np.float32)

        self.W1 = ag.Variable(normal(inputs, hidden), name="W1")
        self.b1 = ag.Variable(np.zeros(hidden, np.float32), name="b1")
        self.W2 = ag.Variable(normal(hidden, outputs), name="W2")
        self.b2 = ag.Variable(np.zeros(outputs, np.float32), name="b2")

    def parameters(self):
        return [self.W1, self.b1, self.W2, self.b2]

    def predict(self, x):
        """Return a score per digit; the loss turns scores into probabilities."""
        hidden = ag.sigmoid(ag.linear(x, self.W1, self.b1))
        return ag.linear(hidden, self.W2, self.b2)

    def loss(self, x, t):
        return ag.softmax_cross_entropy(self.predict(x), t)

    @ag.no_grad()
    def accuracy(self, x, t):
        return float(np.mean(self.predict(x).data.argmax(axis=1) == t))


def check_gradients(net, x, t):
    """Print how far backpropagation is from numerical gradients; return whether it is close."""
    net.loss(x, t).backward()
    print("backpropagation against numerical gradients, mean absolute difference:")
    close = True
    for parameter in net.parameters():
        with ag.no_grad():
            numerical = ag.numerical_gradient(lambda _: net.loss(x, t), parameter)
        difference = np.mean(np.abs(parameter.grad - numerical))
        print(f"  {parameter.name}: {difference:.1e}")
        close = close and difference < TOLERANCE
    return close


def train(net, task, data, rng):
    """Return the loss of every iteration, and rows of iteration, train and test accuracy."""
    (x, t), (x_test, t_test) = data
    optimizer = ag.optim.SGD(net.parameters(), lr=task.learning_rate)
    losses, accuracies = [], []
    for i in range(task.iterations):
        index = rng.choice(len(x), BATCH)
        loss = net.loss(x[index], t[index])

        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

        losses.append(loss.item())
        if i % task.evaluate_every == 0:
            trained, tested = net.accuracy(x, t), net.accuracy(x_test, t_test)
            print(f"  iteration {i:4}: train accuracy {trained:.4f}, test accuracy {tested:.4f}")
            accuracies.append((i, trained, tested))
    return losses, accuracies


def draw_curves(runs, path, title):
    """Draw the loss and the accuracy of every seed."""
    mpl.use("Agg")  # files only: needs no screen
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for i, (losses, accuracies) in enumerate(runs.values()):
        smooth = np.reshape(losses, (-1, SMOOTH)).mean(axis=1)
        left.plot(SMOOTH * (np.arange(len(smooth)) + 0.5), smooth, color="C0", alpha=0.5, lw=1)
        iterations, train_accuracy, test_accuracy = zip(*accuracies, strict=True)
        labels = ("training images", "test images") if i == 0 else (None, None)
        right.plot(iterations, test_accuracy, color="C1", alpha=0.7, lw=1, label=labels[1])
        right.plot(iterations, train_accuracy, "--", color="C0", alpha=0.7, lw=1, label=labels[0])
    left.set(xlabel="iteration", ylabel=f"loss, mean of {SMOOTH} iterations", ylim=(0, None))
    right.set(xlabel="iteration", ylabel="accuracy", ylim=(0, 1.02))
    right.legend(loc="lower right")
    for axes in (left, right):
        axes.grid(alpha=0.3)
    figure.suptitle(title)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def judge(runs, task):
    """Print the last test accuracy of every seed; return whether they are as they should be."""
    last = []
    for seed, (_, accuracies) in runs.items():
        iteration, _, tested = accuracies[-1]
        print(f"seed {seed}: test accuracy {tested:.4f} at iteration {iteration}")
        last.append(tested)
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
    sizes = (task.pixels, 20, 10)

    correct = check_gradients(TwoLayerNet(*sizes, np.random.default_rng(0)), x[:3], t[:3])
    print("they agree" if correct else "they differ: one of them is wrong")

    runs = {}
    for seed in options.seeds:
        print(f"seed {seed}")
        rng = np.random.default_rng(seed)
        runs[seed] = train(TwoLayerNet(*sizes, rng), task, data, rng)
    good = judge(runs, task)

    path = options.out / f"{task.name}_two_layer.png"
    draw_curves(runs, path, f"{task.name}: {task.pixels}-20-10, a line per seed")
    print(f"loss and accuracy: {path}")
    return 0 if correct and good else 1


if __name__ == "__main__":
    sys.exit(main())
