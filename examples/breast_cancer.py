"""Is a tumour malignant or benign? 30 measurements of its cells tell, in three lessons.

One layer, by gradient descent on all samples at once: what an L1 and an L2 penalty do to weights.
Two layers: weights that begin alike stay alike, so that ten hidden units are worth one; random
weights go their own ways. Mini-batches: many steps from each look at the data.

    python examples/breast_cancer.py [--out FOLDER] [--seeds SEED …]

It exits with status 1 where an accuracy is too low, or a lesson does not show.
"""

import argparse
import sys
from functools import partial
from pathlib import Path

import matplotlib as mpl
import numpy as np

import autograd_lite as ag

LEARNING_RATE = 0.1
M = 364  # training samples: each bears its part of a penalty
WEAK = (0.0, 0.01)  # L1 and L2 of everything but the lesson on penalties
PENALTIES = {"no penalty": (0.0, 0.0), "L1 = 5": (5.0, 0.0), "L2 = 5": (0.0, 5.0)}
NEARLY_ZERO = 0.01  # steps of the L1 penalty, LEARNING_RATE · 5 / M, jump about 0
UNITS = 10
EPOCHS = 1000  # of one step each
MINI_BATCH_EPOCHS = 300
LEAST_ONE_LAYER = 0.95  # validation accuracy
LEAST = 0.96  # mean validation accuracy of mini-batches; a lecture's own run printed 0.978


def load():
    """Return training, validation and test samples, scaled as the training samples ask."""
    splits = ag.datasets.breast_cancer_split()
    scaler = ag.datasets.Standardizer().fit(splits[0][0])
    return [(scaler.transform(x), t.reshape(-1, 1)) for x, t in splits]


def one_layer():
    return ag.nn.Sequential(ag.nn.Linear(30, 1, initialization="ones"), ag.nn.Sigmoid())


def two_layers(initialization, seed):
    rng = np.random.default_rng(seed)
    return ag.nn.Sequential(
        ag.nn.Linear(30, UNITS, initialization=initialization, rng=rng),
        ag.nn.Sigmoid(),
        ag.nn.Linear(UNITS, 1, initialization=initialization, rng=rng),
        ag.nn.Sigmoid(),
    )


def loss_of(model, x, t, l1, l2):
    """Return the mean cross-entropy, plus the penalty on the weights, no biases, over M."""
    loss = ag.binary_cross_entropy(model(x), t)
    for name, p in model.named_parameters():
        if name.endswith("W"):
            loss = loss + (l1 * ag.sum(ag.abs(p)) + l2 / 2 * ag.sum(p * p)) / M
    return loss


def train(model, data, epochs, *, batch=None, penalty=WEAK, seed=0):
    """Return the losses and the first layer's weights of every epoch.

    Without `batch` an epoch is one step, on all samples.
    """
    training, validation, _ = data
    size = batch or len(training[0])
    loader = ag.datasets.DataLoader(*training, size, shuffle=batch is not None, seed=seed)
    optimizer = ag.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    history, weights = {"loss": [], "val_loss": []}, []
    for _ in range(epochs):
        for x, t in loader:
            loss = loss_of(model, x, t, *penalty)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with ag.no_grad():
            history["loss"].append(loss_of(model, *training, *penalty).item())
            history["val_loss"].append(loss_of(model, *validation, *penalty).item())
        weights.append(model[0].W.data.copy())
    return history, weights


@ag.no_grad()
def accuracy(model, data):
    x, t = data
    return float(np.mean((model(x).data > 0.5) == t))


def penalties(data, axes):
    """Train one layer with each penalty; return whether L1 made zeros and L2 small weights."""
    norms, zeros, accuracies = [], [], []
    for (upper, lower), (name, penalty) in zip(axes.T, PENALTIES.items(), strict=True):
        model = one_layer()
        history, weights = train(model, data, EPOCHS, penalty=penalty)
        norms.append(np.linalg.norm(weights[-1]))
        zeros.append(np.sum(np.abs(weights[-1]) < NEARLY_ZERO))
        accuracies.append(accuracy(model, data[1]))
        print(
            f"  {name:10} loss {history['loss'][-1]:.4f}, validation accuracy "
            f"{accuracies[-1]:.4f}, weights: {zeros[-1]} nearly zero, norm {norms[-1]:.2f}"
        )
        draw_losses(upper, history, name)
        lower.plot(np.squeeze(weights), lw=0.8)
        lower.set(xlabel="epoch", ylabel="each weight", ylim=(-1.4, 1.1))
    without, with_l1, _ = zeros
    good = with_l1 >= 10 > without and norms[2] < norms[0]
    return good and min(accuracies) >= LEAST_ONE_LAYER


def symmetry(data, axes):
    """Train ten units that begin alike, and ten that do not; return whether it shows."""
    spreads = []
    starts = {"all ones": "ones", "random": ag.nn.init.normal(1.0)}
    for (left, right), (name, initialization) in zip(axes, starts.items(), strict=True):
        model = two_layers(initialization, seed=0)
        history, weights = train(model, data, EPOCHS)
        spreads.append(float(np.ptp(weights[-1], axis=1).max()))
        print(
            f"  {name:8} seed 0, validation accuracy {accuracy(model, data[1]):.4f}, the "
            f"ten units' weights differ by {spreads[-1]:.1e}"
        )
        draw_losses(left, history, f"{name}: loss")
        image = right.imshow(weights[-1].T, cmap="RdBu_r", vmin=-3, vmax=3, aspect="auto")
        right.set(title=f"{name}: weights", xlabel="measurement", ylabel="hidden unit")
        right.figure.colorbar(image, ax=right)
    return spreads[0] < 1e-3 and spreads[1] > 1


def mini_batches(data, axes, seeds):
    """Train with mini-batches of 32 and 128; return whether the mean accuracies are good."""
    good = []
    for ax, batch in zip(axes, (32, 128), strict=True):
        accuracies = []
        for seed in seeds:
            model = two_layers(ag.nn.init.normal(1.0), seed)
            history, _ = train(model, data, MINI_BATCH_EPOCHS, batch=batch, seed=seed)
            validated, tested = accuracy(model, data[1]), accuracy(model, data[2])
            print(
                f"  batches of {batch:3}, seed {seed}: "
                f"validation accuracy {validated:.4f}, test accuracy {tested:.4f}"
            )
            accuracies.append(validated)
        good.append(np.mean(accuracies) >= LEAST)
        print(f"  mean {np.mean(accuracies):.4f}, at least {LEAST}: {'yes' if good[-1] else 'NO'}")
        draw_losses(ax, history, f"batches of {batch}, seed {seed}")
    return all(good)


def draw_losses(ax, history, title):
    ag.plots.history(history, ax, title=title).set(ylabel="loss", ylim=(0, 0.6))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pictures")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    mpl.use("Agg")  # files only: needs no screen
    from matplotlib import pyplot as plt

    data = load()
    print("training, validation, test samples:", *[len(x) for x, _ in data])
    lessons = {
        "penalties": ((2, 3), penalties),
        "symmetry": ((2, 2), symmetry),
        "mini_batches": ((1, 2), partial(mini_batches, seeds=options.seeds)),
    }
    good = True
    for name, ((rows, columns), lesson) in lessons.items():
        print(name)
        size = (4.8 * columns, 3.2 * rows)
        figure, axes = plt.subplots(rows, columns, figsize=size, layout="constrained")
        good = lesson(data, axes) and good
        path = options.out / f"breast_cancer_{name}.png"
        figure.savefig(path, dpi=120)
        print(path)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
