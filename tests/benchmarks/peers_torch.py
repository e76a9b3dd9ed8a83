"""The raced work in PyTorch, eager and compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contest import Contender
from harness import peer
from nets import Net, scores


def step(net: Net, *, compiled: bool) -> Contender | None:
    """Return a training step; compiled, both the loss with its gradients and the optimizer are."""
    torch = peer("torch")
    if torch is None:
        return None
    functional = torch.nn.functional
    parameters = [torch.tensor(value, requires_grad=True) for value in net.parameters()]
    optimizer = getattr(torch.optim, net.optimizer)(parameters, lr=net.rate)
    x, t = [torch.tensor(value) for value in net.examples()]

    def loss_of(x: Any, t: Any, parameters: list[Any]) -> Any:
        return functional.cross_entropy(scores(net, functional, _linear, x, parameters), t)

    loss_of_batch = torch.compile(loss_of) if compiled else loss_of
    update = torch.compile(optimizer.step) if compiled else optimizer.step

    def work() -> Any:
        loss = loss_of_batch(x, t, parameters)
        optimizer.zero_grad()
        loss.backward()
        update()
        return loss

    return Contender(work, lambda loss: [value.detach() for value in (loss, *parameters)])


def gradients(function: Callable[..., Any], values: list[Any], *, compiled: bool) -> Any:
    """Return the value of ``function(torch, *leaves)`` and its gradients as a contender."""
    torch = peer("torch")
    if torch is None:
        return None
    leaves = [torch.tensor(value, requires_grad=True) for value in values]

    def applied(*leaves: Any) -> Any:
        return function(torch, *leaves)

    value_of = torch.compile(applied) if compiled else applied

    def work() -> Any:
        for leaf in leaves:
            leaf.grad = None
        value = value_of(*leaves)
        value.backward()
        return value

    return Contender(work, lambda value: [value.detach(), *[leaf.grad for leaf in leaves]])


def _linear(x: Any, weights: Any, bias: Any) -> Any:
    return peer("torch").addmm(bias, x, weights)
