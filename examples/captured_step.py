"""A training step as a NumPy program: the same losses, sooner, and its text.

Two networks begin alike and see the same batches: 784 pixels, 20 hidden sigmoids, 10 scores, as in
K. Saito, Deep Learning from Scratch, chapter 5. One is trained by an ordinary function, the other
by the same function, captured. After each epoch it prints both losses and what the epochs took, and
in the end the program itself: backpropagation as one would write it by hand.

    python examples/captured_step.py            # MNIST, from $AUTOGRAD_LITE_DATA/mnist
    python examples/captured_step.py --small    # the packaged 8 x 8 digits, in a second

It exits with status 1 where the two do not learn the same.
"""

import argparse
import sys
from time import perf_counter

import autograd_lite as ag

BATCH = 100


def training_step(pixels, rate, seed):
    """Return a network, and a function that improves it by a batch and returns the loss."""
    model = ag.nn.MLP(pixels, 20, 10, activation="sigmoid", rng=seed)
    optimizer = ag.optim.SGD(model.parameters(), lr=rate)

    def step(x, t):
        loss = ag.softmax_cross_entropy(model(x), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.data

    return model, step


def epoch(step, batches):
    """Return the mean loss of an epoch, and the seconds that it took."""
    start = perf_counter()
    losses = [step(x, t) for x, t in batches]
    return float(sum(losses)) / len(losses), perf_counter() - start


def same(one, other):
    """Whether two networks have the same weights, to the last bit."""
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all((p.data == q.data).all() for p, q in pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="learn the packaged 8 x 8 digits")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args()
    try:
        data = ag.datasets.digits() if options.small else ag.datasets.mnist()
    except ag.errors.DataFileError as error:
        parser.error(f"{error} Or run this with --small.")
    (x, t), _ = data
    pixels, rate = x.shape[1], 0.5 if options.small else 0.1

    print(f"seed {options.seed}: {pixels}-20-10, {len(x)} images, batches of {BATCH}")
    eager, step = training_step(pixels, rate, options.seed)
    captured, twin = training_step(pixels, rate, options.seed)
    program = ag.capture(twin)
    loader = ag.datasets.DataLoader(x, t, BATCH, seed=options.seed, drop_last=True)
    for number in range(1, options.epochs + 1):
        batches = list(loader)
        by_hand, seconds = epoch(step, batches)
        by_program, sooner = epoch(program, batches)
        print(
            f"epoch {number}: loss {by_hand:.6f}, captured {by_program:.6f}; "
            f"{sooner / seconds:.2f} of the time"
        )
    agree = same(eager, captured)
    print(f"the weights are the same to the last bit: {'yes' if agree else 'NO'}")
    print(f"\nthe program:\n\n{program.source}")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
