"""Why deep networks of sigmoids do not learn: gradients that vanish on their way back.

Eight hidden layers of 64 units, once with sigmoids, once with tanh, ReLU and leaky ReLU, each begun
with the weights that suit it: Glorot's for the first two, He's for the others. On its way back
through a layer a gradient is multiplied by the slope of the activation. A sigmoid's is 1/4 at
most, so that after eight layers next to nothing is left; tanh has 1 at 0, ReLU 1 above 0.

    python examples/vanishing_gradients.py [--out FOLDER] [--seed SEED]

It needs no data but the packaged digits, and exits with status 1 where the sigmoids' gradient does
not vanish, another's does, or the wrong networks learn.
"""

import argparse
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np

import autograd_lite as ag

SIZES = (64, *[64] * 8, 10)
START = {"sigmoid": "glorot", "tanh": "glorot", "relu": "he", "leaky_relu": "he"}
EPOCHS = 10
VANISHED = 1e-3  # of the last layer's gradient, at most, in the first
KEPT = 0.03  # at least
LEARNED = 0.9  # test accuracy
GUESSED = 0.25  # of ten classes


def network(activation, seed):
    return ag.nn.MLP(*SIZES, activation=activation, initialization=START[activation], rng=seed)


def gradients(model, x, t):
    """Return the root mean square of the gradient of each layer's weights, before any step."""
    ag.softmax_cross_entropy(model(x), t).backward()
    weights = [v for path, v in model.named_parameters() if path.endswith("W")]
    return [float(np.sqrt(np.mean(v.grad**2))) for v in weights]


def train(model, data, seed):
    """Return the history of a training by plain SGD, which makes no gradient larger."""
    training, validation = data
    optimizer = ag.optim.SGD(model.parameters(), lr=0.05)
    trainer = ag.training.Trainer(model, optimizer, seed=seed)
    return trainer.fit(*training, EPOCHS, 32, validation=validation)


def judge(activation, norms, accuracy):
    """Print what an activation does to gradients and learning; return whether it should."""
    share = norms[0] / norms[-1]
    print(f"{activation:10} first layer {norms[0]:.1e}, last {norms[-1]:.1e}: {share:.1e} of it")
    print(f"{'':10} best test accuracy of {EPOCHS} epochs {accuracy:.4f}")
    if activation == "sigmoid":
        return share < VANISHED and accuracy < GUESSED
    return share > KEPT and accuracy > LEARNED


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pictures")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    mpl.use("Agg")  # files only: needs no screen
    from matplotlib import pyplot as plt

    print(f"seed {options.seed}: {'-'.join(map(str, SIZES))}, gradients before training")
    data = ag.datasets.digits()
    (x, t), _ = data
    layers = len(SIZES) - 1
    norms_figure, norms_axes = plt.subplots(
        1, len(START), figsize=(16, 4), layout="constrained", sharey=True
    )
    spread_figure = plt.figure(figsize=(2.2 * layers, 12), layout="constrained")
    rows = spread_figure.subfigures(len(START), 1)
    losses, good = {}, True
    for activation, ax, row in zip(START, norms_axes, rows, strict=True):
        model = network(activation, options.seed)
        norms = gradients(model, x, t)
        ag.plots.gradient_norms(model, ax, title=activation)
        ax.label_outer()
        ag.plots.activation_histograms(model, x, row.subplots(1, layers, sharey=True))
        row.suptitle(f"{activation}: what each layer gives, before training")
        history = train(model, data, options.seed)
        losses[activation] = history["loss"]
        good = judge(activation, norms, max(history["val_accuracy"])) and good

    pictures = {
        "norms": norms_figure,
        "activations": spread_figure,
        "losses": ag.plots.curves(losses, ylabel="training loss").figure,
    }
    for name, figure in pictures.items():
        path = options.out / f"vanishing_{name}.png"
        figure.savefig(path, dpi=100)
        print(path)
    print("the gradient of sigmoids vanishes, the others' does not:", "yes" if good else "NO")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
