"""Check the gradients of the 784-20-10 net, 15,910 parameters, along random directions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from harness import MILLI, OURS, Row, compared, interleave, peer, repeated
from steps import examples, our_loss, parameters, torch_loss

import autograd_lite as ag

HIDDEN, BATCH = 20, 100
DIRECTIONS = 3
TARGETS = {"torch": 1.0}


def rows(*, quick: bool) -> list[Row]:
    """Measure three directions beside PyTorch's fast mode."""
    works = {OURS: _ours()}
    if peer("torch") is not None:
        works["torch"] = _torch()
    samples = {who: repeated(work, 3) for who, work in works.items()}
    taken = interleave(samples, rounds=5 if quick else 31)
    name = f"gradcheck, 784-{HIDDEN}-10, batch {BATCH}, {DIRECTIONS} directions"
    return compared(name, taken, MILLI, TARGETS)


def _ours() -> Callable[[], object]:
    params = [ag.Variable(value) for value in parameters(HIDDEN, "float64")]
    x, t = examples(BATCH, "float64")
    x.flags.writeable = t.flags.writeable = False
    return partial(ag.gradcheck, partial(our_loss, x, t), params, directions=DIRECTIONS)


def _torch() -> Callable[[], object]:
    torch = peer("torch")
    params = [torch.tensor(value, requires_grad=True) for value in parameters(HIDDEN, "float64")]
    x, t = (torch.tensor(value) for value in examples(BATCH, "float64"))
    return partial(torch.autograd.gradcheck, partial(torch_loss, x, t), params, fast_mode=True)
