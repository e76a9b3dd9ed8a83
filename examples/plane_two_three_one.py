"""13 parameters learn which points of a plane lie above a parabola.

A network of 2 inputs, 3 hidden relus and 1 sigmoid, from its first loss to its decision boundary.
Its gradients are computed twice: by backpropagation, and numerically, moving every parameter a
little up and down. The same network learns a straight boundary, too, and then tries with step
functions, whose slope is 0 everywhere: nothing tells its hidden layer what to change.

    python examples/plane_two_three_one.py [--out FOLDER]

It ends with an error where a figure is not the one of the lecture notes.
"""

import argparse
from pathlib import Path

import numpy as np

import autograd_lite as ag

SEED, LINE_SEED = 317, 42
EPOCHS, LEARNING_RATE = 1000, 0.1
H = 1e-7  # the step of the numerical gradients

FIRST_LOSS = 0.6832187873470724
FIRST_GRADIENTS = {  # printed by the notes, to about eight digits
    "W1": [
        [0.012743330835007782, 0.03822999361524637, 0.03822999361524637],
        [-0.016027190130607494, -0.048081571502045506, -0.048081571502045506],
    ],
    "b1": [-0.006909978145230866, -0.0207299344356926, -0.0207299344356926],
    "W2": [[-0.003283858185376687], [-0.006567718036087911], [-0.009851577331687622]],
    "b2": [0.08090021430540162],
}
TRAINED = {"b11": 1.58726, "b12": 1.2359, "b13": -1.3984, "b21": -2.2934}
TRAINED |= {"w11": 1.197358, "w21": 0.901569}
TRAINED_STEPS = {"b21": -1.6310, "w31": 1.3576, "w32": 1.1833, "w33": 0.0189}


class Network:
    def __init__(self, hidden, output, activation=ag.relu):
        self.W1 = ag.Variable(hidden, name="W1")
        self.b1 = ag.Variable(np.zeros(3), name="b1")
        self.W2 = ag.Variable(output, name="W2")
        self.b2 = ag.Variable(np.zeros(1), name="b2")
        self.activation = activation

    def parameters(self):
        return [self.W1, self.b1, self.W2, self.b2]

    def predict(self, x):
        """Return the probability of lying above, a row for each point."""
        z = self.activation(x @ self.W1 + self.b1)
        return ag.sigmoid(z @ self.W2 + self.b2)

    def loss(self, x, t):
        return ag.binary_cross_entropy(self.predict(x), t)

    def figures(self):
        """Return every parameter by its name in the notes: w31 leads from z1 to the output."""
        numbers = {f"w{i}{j}": self.W1.data[i - 1, j - 1] for i in (1, 2) for j in (1, 2, 3)}
        numbers |= {f"w3{j}": self.W2.data[j - 1, 0] for j in (1, 2, 3)}
        numbers |= {f"b1{j}": self.b1.data[j - 1] for j in (1, 2, 3)}
        return numbers | {"b21": self.b2.data[0]}


def by_hand():
    return Network([[0.1, 0.2, 0.3], [0.1, 0.2, 0.3]], [[0.1], [0.3], [0.3]])


def second_start(activation=ag.relu):
    return Network([[0.2, 0.3, 0.8], [0.7, 0.8, 0.3]], [[0.3], [0.1], [0.2]], activation)


def backpropagation(net, x, t):
    for v in net.parameters():
        v.zero_grad()
    net.loss(x, t).backward()
    return [v.grad for v in net.parameters()]


def numerical(net, x, t):
    with ag.no_grad():
        return ag.numerical_gradient(lambda _: net.loss(x, t), net.parameters(), eps=H)


def train(net, x, t, gradients_of):
    """Walk downhill on all samples at once; return the loss after every step."""
    losses = []
    for _ in range(EPOCHS):
        gradients = gradients_of(net, x, t)
        for v, gradient in zip(net.parameters(), gradients, strict=True):
            v.assign(v.data - LEARNING_RATE * gradient)
        with ag.no_grad():
            losses.append(net.loss(x, t).item())
    return losses


def accuracy(net, x, t):
    with ag.no_grad():
        return float(np.mean((net.predict(x).data > 0.5) == t))


def report(net, title, expected):
    """Print the parameters; stop where one is not what the notes print."""
    print(title)
    found = net.figures()
    print("  " + ", ".join(f"{name} {value:.4f}" for name, value in found.items()))
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=0, atol=1e-3, err_msg=name)


def check_first_gradients(x, t):
    """Compare both kinds of gradients, at the weights chosen by hand, with the notes'."""
    net = by_hand()
    loss = net.loss(x, t)
    print(f"loss with weights by hand: {loss.item()}")
    np.testing.assert_allclose(loss.item(), FIRST_LOSS, rtol=1e-14)
    exact, approximate = backpropagation(net, x, t), numerical(net, x, t)
    for v, gradient, near in zip(net.parameters(), exact, approximate, strict=True):
        off = np.abs(gradient - FIRST_GRADIENTS[v.name]).max()
        print(f"  gradient of {v.name}: {off:.0e} from the notes'")
        np.testing.assert_allclose(gradient, FIRST_GRADIENTS[v.name], rtol=0, atol=3e-9)
        np.testing.assert_allclose(gradient, near, rtol=0, atol=1e-8)
    return net


def draw_network(net, x, t, path):
    graph = ag.draw(net.loss(x, t), style="network", sample=0, weights="running")
    print(f"  {graph.save(path)}")


def draw_boundary(net, x, t, title, path):
    ax = ag.plots.decision_boundary(net.predict, x, t, highlight=0, title=title)
    ax.figure.savefig(path, dpi=120)
    print(f"  {path}")


def draw_losses(losses, path):
    ax = ag.plots.curves(losses, ylabel="loss", title="2-3-1 on the plane, all samples at once")
    ax.figure.savefig(path, dpi=120)
    print(f"  {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pictures")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)

    print(f"seed {SEED}: 100 points, 1 where x2 + 1 > x1²")
    x, t = ag.datasets.plane(seed=SEED, dtype="float64")
    t = t.reshape(-1, 1).astype(float)  # a row for each point, as the network's output
    net = check_first_gradients(x, t)
    draw_network(net, x, t, out / "plane_by_hand.svg")
    draw_boundary(net, x, t, "weights by hand", out / "plane_by_hand.png")

    net, slow = second_start(), second_start()
    losses = {"relu": train(net, x, t, backpropagation)}
    report(net, f"{EPOCHS} epochs of backpropagation", TRAINED)
    train(slow, x, t, numerical)
    report(slow, f"{EPOCHS} epochs of numerical gradients", TRAINED)
    print(f"  loss {losses['relu'][-1]:.4f}, accuracy {accuracy(net, x, t):.2f}")
    draw_network(net, x, t, out / "plane_trained.svg")
    draw_boundary(net, x, t, f"after {EPOCHS} epochs", out / "plane_trained.png")

    steps = second_start(ag.step)
    losses["step"] = train(steps, x, t, backpropagation)
    start = second_start().figures()
    stayed = {name: start[name] for name in start if name[:2] in ("w1", "w2", "b1")}
    report(steps, "with step functions only the output layer learns", TRAINED_STEPS | stayed)
    print(f"  loss {losses['step'][-1]:.4f}, accuracy {accuracy(steps, x, t):.2f}")
    draw_boundary(steps, x, t, "hidden step functions", out / "plane_step.png")
    draw_losses(losses, out / "plane_loss.png")

    print(f"seed {LINE_SEED}: 100 points, 1 where x2 - 1 > 2 x1")
    x, t = ag.datasets.plane(seed=LINE_SEED, boundary="line", dtype="float64")
    t = t.reshape(-1, 1).astype(float)
    net = second_start()
    train(net, x, t, backpropagation)
    print(f"  loss {net.loss(x, t).item():.4f}, accuracy {accuracy(net, x, t):.2f}")
    assert accuracy(net, x, t) >= 0.95
    draw_boundary(net, x, t, "a straight boundary", out / "plane_line.png")


if __name__ == "__main__":
    main()
