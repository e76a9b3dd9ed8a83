"""Every operation alone, forward and backward: 32 float64 elements, and 10⁶ float32 ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from harness import MICRO, MILLI, OURS, Row, Sample, compared, interleave, peer, repeated

import autograd_lite as ag

SMALL, LARGE = 32, 10**6
TARGETS = {SMALL: 1.0, LARGE: 1.2}
CHAIN_TARGET = 1.0


class Entry(NamedTuple):
    """One operation in both libraries, and the operands it is measured on."""

    name: str
    ours: Callable[..., Any]
    theirs: Callable[..., Any]
    shapes: Callable[[int], list[tuple[int, ...]]]
    low: float = -2.0
    high: float = 2.0


def rows(*, quick: bool) -> list[Row]:
    """Measure each operation at both sizes, and the elementwise chain."""
    if peer("torch") is None:
        return []
    measured = [_chain(quick=quick)]
    for entry in entries():
        for size in TARGETS:
            taken = interleave(_samples(entry, size), rounds=_rounds(size, quick), warm=3)
            unit = MICRO if size == SMALL else MILLI
            name = f"operations, {entry.name}, {size} elements"
            measured += compared(name, taken, unit, {"torch": TARGETS[size]})
    return measured


def _rounds(size: int, quick: bool) -> int:
    return (5 if quick else 15) if size == SMALL else (3 if quick else 9)


def _samples(entry: Entry, size: int) -> dict[str, Sample]:
    torch = peer("torch")
    rng = np.random.default_rng(0)
    dtype = np.float64 if size == SMALL else np.float32
    data = [rng.uniform(entry.low, entry.high, s).astype(dtype) for s in entry.shapes(size)]
    calls = 40 if size == SMALL else 1
    leaves = [ag.Variable(x) for x in data]
    seed = np.ones(entry.ours(*leaves).shape, dtype)
    tensors = [torch.tensor(x, requires_grad=True) for x in data]
    arriving = torch.ones_like(entry.theirs(*tensors))
    return {
        OURS: repeated(partial(_ours, entry.ours, leaves, seed), calls),
        "torch": repeated(partial(_theirs, entry.theirs, tensors, arriving), calls),
    }


def _ours(operation: Callable[..., Any], leaves: list[Any], seed: Any) -> None:
    for leaf in leaves:
        leaf.zero_grad()
    operation(*leaves).backward(seed)


def _theirs(operation: Callable[..., Any], tensors: list[Any], arriving: Any) -> None:
    for tensor in tensors:
        tensor.grad = None
    operation(*tensors).backward(arriving)


def _chain(*, quick: bool) -> Row:
    """Measure ``sum(tanh(x*w+b)*sigmoid(x)+exp(-x*x))``; both reuse memory in this process."""
    torch = peer("torch")

    def chain(xp: Any, x: Any, w: Any, b: Any) -> Any:
        return xp.sum(xp.tanh(x * w + b) * xp.sigmoid(x) + xp.exp(-x * x))

    def three(size: int) -> list[tuple[int, ...]]:
        return [(size,)] * 3

    entry = Entry("chain", partial(chain, ag), partial(chain, torch), three)
    taken = interleave(_samples(entry, LARGE), rounds=7 if quick else 31)
    name = f"operations, elementwise chain, {LARGE} elements"
    (row,) = compared(name, taken, MILLI, {"torch": CHAIN_TARGET})
    return row


# ---- operands


def one(size: int) -> list[tuple[int, ...]]:
    return [(size,)]


def two(size: int) -> list[tuple[int, ...]]:
    return [(size,), (size,)]


def table(size: int) -> list[tuple[int, ...]]:
    return [(4, 8)] if size == SMALL else [(1000, 1000)]


def tables(size: int) -> list[tuple[int, ...]]:
    return table(size) * 2


def normalized(size: int) -> list[tuple[int, ...]]:
    ((rows, columns),) = table(size)
    return [(rows, columns), (columns,), (columns,)]


# ---- the operations


def entries() -> list[Entry]:
    """Return every operation that PyTorch has too."""
    return [*_elementwise(), *_pairs(), *_reductions(), *_shapes(), *_products(), *_networks()]


def _elementwise() -> list[Entry]:
    torch = peer("torch")
    anywhere = "exp exp2 expm1 sin cos tan arctan sinh cosh tanh arcsinh sinc abs sign floor ceil"
    inside = "arcsin arccos arctanh"
    positive = "log log2 log10 log1p sqrt reciprocal"
    entries = [
        Entry(name, getattr(ag, name), getattr(torch, name), one, low, high)
        for names, low, high in (
            (f"{anywhere} square round trunc negative", -2.0, 2.0),
            (inside, -0.9, 0.9),
            (positive, 0.5, 2.0),
            ("arccosh", 1.5, 3.0),
        )
        for name in names.split()
    ]
    return [
        *entries,
        Entry("cbrt", ag.cbrt, lambda x: torch.pow(x, 1 / 3), one, 0.5, 2.0),
        Entry("x ** 2", lambda x: x**2, lambda x: x**2, one),
        Entry("x ** 2.5", lambda x: x**2.5, lambda x: x**2.5, one, 0.5, 2.0),
        Entry("clip", lambda x: ag.clip(x, -1.0, 1.0), lambda x: torch.clip(x, -1.0, 1.0), one),
    ]


def _pairs() -> list[Entry]:
    torch = peer("torch")
    names = "add subtract multiply divide maximum minimum fmax fmin logaddexp hypot arctan2"
    mask = {size: np.arange(size) % 2 == 0 for size in TARGETS}
    holds = {size: torch.tensor(m) for size, m in mask.items()}
    for m in mask.values():
        m.flags.writeable = False
    return [
        *[Entry(n, getattr(ag, n), getattr(torch, n), two, 0.5, 2.0) for n in names.split()],
        Entry("power", ag.power, torch.pow, two, 0.5, 2.0),
        Entry("mod", ag.mod, torch.remainder, two, 0.5, 2.0),
        Entry(
            "where",
            lambda x, y: ag.where(mask[x.size], x, y),
            lambda x, y: torch.where(holds[x.numel()], x, y),
            two,
        ),
    ]


def _reductions() -> list[Entry]:
    torch = peer("torch")
    return [
        *[
            Entry(n, partial(getattr(ag, n), axis=1), partial(getattr(torch, n), dim=1), table)
            for n in ("sum", "mean", "prod", "cumsum", "cumprod", "logsumexp")
        ],
        Entry("max", lambda x: ag.max(x, axis=1), lambda x: torch.amax(x, 1), table),
        Entry("min", lambda x: ag.min(x, axis=1), lambda x: torch.amin(x, 1), table),
        Entry("var", lambda x: ag.var(x, axis=1), lambda x: torch.var(x, 1, correction=0), table),
        Entry("std", lambda x: ag.std(x, axis=1), lambda x: torch.std(x, 1, correction=0), table),
        Entry("norm", lambda x: ag.norm(x, axis=1), lambda x: torch.linalg.norm(x, dim=1), table),
        Entry("sum of all", ag.sum, torch.sum, table),
    ]


def _shapes() -> list[Entry]:
    torch = peer("torch")
    index = np.arange(0, 4)[::-1].copy()
    many = np.random.default_rng(0).integers(0, 1000, 1000)

    def rows(size: int) -> Any:
        return index if size == SMALL else many

    def take(x: Any) -> Any:
        return ag.take(x, rows(x.size), axis=0)

    def take_theirs(x: Any) -> Any:
        return torch.index_select(x, 0, torch.tensor(rows(x.numel())))

    return [
        Entry("reshape", lambda x: x.reshape(-1), lambda x: x.reshape(-1), table),
        Entry("transpose", lambda x: x.T, lambda x: x.T, table),
        Entry("moveaxis", lambda x: ag.moveaxis(x, 0, 1), lambda x: x.moveaxis(0, 1), table),
        Entry("squeeze", ag.squeeze, torch.squeeze, table),
        Entry("expand_dims", lambda x: ag.expand_dims(x, 1), lambda x: x.unsqueeze(1), table),
        Entry("concatenate", lambda *xs: ag.concatenate(xs), lambda *xs: torch.cat(xs), tables),
        Entry("stack", lambda *xs: ag.stack(xs), lambda *xs: torch.stack(xs), tables),
        Entry("repeat", lambda x: ag.repeat(x, 2), lambda x: x.repeat_interleave(2), table),
        Entry("tile", lambda x: ag.tile(x, (2, 1)), lambda x: x.repeat(2, 1), table),
        Entry("flip", lambda x: ag.flip(x, 1), lambda x: torch.flip(x, (1,)), table),
        Entry("roll", lambda x: ag.roll(x, 1, 1), lambda x: torch.roll(x, 1, 1), table),
        Entry("rot90", ag.rot90, torch.rot90, table),
        Entry("pad", lambda x: ag.pad(x, 1), lambda x: torch.nn.functional.pad(x, (1,) * 4), table),
        Entry("tril", ag.tril, torch.tril, table),
        Entry("diagonal", ag.diagonal, torch.diagonal, table),
        Entry("slice", lambda x: x[1:, :-1], lambda x: x[1:, :-1], table),
        Entry("getitem rows", lambda x: x[rows(x.size)], lambda x: x[rows(x.numel())], table),
        Entry("take rows", take, take_theirs, table),
        Entry("broadcast_to", _stretched, lambda x: x.broadcast_to((2, *x.shape)), table),
    ]


def _stretched(x: Any) -> Any:
    return ag.broadcast_to(x, (2, *x.shape))


def _products() -> list[Entry]:
    torch = peer("torch")

    def square(size: int) -> list[tuple[int, ...]]:
        return [(5, 6), (6, 5)] if size == SMALL else [(1000, 1000), (1000, 200)]

    def vectors(size: int) -> list[tuple[int, ...]]:
        return [(size,)] * 2

    def sides(size: int) -> list[tuple[int, ...]]:
        return [(6,), (5,)] if size == SMALL else [(1000,), (1000,)]

    def layer(size: int) -> list[tuple[int, ...]]:
        return [*square(size), (square(size)[1][1],)]

    spelled = "ij,jk->ik"
    return [
        Entry("matmul", ag.matmul, torch.matmul, square),
        Entry("linear", ag.linear, lambda x, w, b: torch.addmm(b, x, w), layer),
        Entry("dot", ag.dot, torch.dot, vectors),
        Entry("inner", ag.inner, torch.inner, vectors),
        Entry("outer", ag.outer, torch.outer, sides),
        Entry("kron", ag.kron, torch.kron, sides),
        Entry("trace", ag.trace, torch.trace, table),
        Entry(
            "tensordot",
            lambda x, y: ag.tensordot(x, y, axes=1),
            lambda x, y: torch.tensordot(x, y, dims=1),
            square,
        ),
        Entry("einsum", partial(ag.einsum, spelled), partial(torch.einsum, spelled), square),
    ]


def _networks() -> list[Entry]:
    torch = peer("torch")
    F = torch.nn.functional
    names = "relu leaky_relu elu selu softplus mish"
    labels = {4: np.arange(4) % 8, 1000: np.arange(1000)}
    tensors = {n: torch.tensor(t) for n, t in labels.items()}
    halves = {size: np.linspace(0, 1, size, dtype="f8") for size in TARGETS}

    def halves_of(x: Any) -> Any:
        return torch.tensor(halves[x.numel()], dtype=x.dtype)

    return [
        *[Entry(n, getattr(ag, n), getattr(F, n), one) for n in names.split()],
        Entry("sigmoid", ag.sigmoid, torch.sigmoid, one),
        Entry("silu", ag.silu, F.silu, one),
        Entry("gelu", ag.gelu, partial(F.gelu, approximate="tanh"), one),
        Entry("hard_sigmoid", ag.hard_sigmoid, F.hardsigmoid, one, -5.0, 5.0),
        Entry("softmax", ag.softmax, partial(torch.softmax, dim=-1), table),
        Entry("log_softmax", ag.log_softmax, partial(torch.log_softmax, dim=-1), table),
        Entry("dropout", ag.dropout, F.dropout, one),
        Entry(
            "layer_norm", ag.layer_norm, lambda x, g, b: F.layer_norm(x, g.shape, g, b), normalized
        ),
        Entry("batch_norm", ag.batch_norm, _their_batch_norm, normalized),
        Entry(
            "softmax_cross_entropy",
            lambda x: ag.softmax_cross_entropy(x, labels[len(x.data)]),
            lambda x: F.cross_entropy(x, tensors[len(x)]),
            table,
        ),
        Entry(
            "binary_cross_entropy_with_logits",
            lambda x: ag.binary_cross_entropy_with_logits(x, halves[x.size]),
            lambda x: F.binary_cross_entropy_with_logits(x, halves_of(x)),
            one,
        ),
        Entry("mean_squared_error", ag.mean_squared_error, F.mse_loss, two),
        Entry("mean_absolute_error", ag.mean_absolute_error, F.l1_loss, two),
        Entry("huber", ag.huber, F.huber_loss, two),
        Entry(
            "cosine_similarity", ag.cosine_similarity, partial(F.cosine_similarity, dim=-1), tables
        ),
    ]


def _their_batch_norm(x: Any, g: Any, b: Any) -> Any:
    return peer("torch").nn.functional.batch_norm(x, None, None, g, b, training=True)
