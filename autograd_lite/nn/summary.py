"""What a module consists of, as a table: layers, shapes, how many numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograd_lite.errors import OperandError
from autograd_lite.graph import Operand, Variable, no_grad
from autograd_lite.graph.scopes import observed
from autograd_lite.graph.variable import is_made
from autograd_lite.nn.parts import held

if TYPE_CHECKING:
    from autograd_lite.nn.module import Module

__all__ = ["WATCHER", "Layer", "Summary", "shapes_of", "summarized"]

_WIDE = 40  # characters of a kind; a longer one is the name of its class

# Is told what each module returned, while somebody wants to know.
WATCHER: ContextVar[Callable[[Module, object], None] | None] = ContextVar(
    "autograd_lite_module_watcher", default=None
)


@dataclass(frozen=True)
class Layer:
    """A row of a summary.

    Attributes
    ----------
    path : str
        The attributes and indices that lead to the module; empty for the model itself.
    kind : str
        ``Linear(784, 100)``.
    output : str
        The shape of what it returned for the example; empty if it was not called.
    parameters : int
        Numbers in its own parameters, without those of its children and of rows above.
    """

    path: str
    kind: str
    output: str
    parameters: int


@dataclass(frozen=True, repr=False)
class Summary:
    """What ``Module.summary`` returns; it prints as a table.

    Attributes
    ----------
    layers : tuple of Layer
    parameters : int
        Numbers that are trained.
    constants : int
        Numbers that are not: in buffers and in frozen parameters.
    nbytes : int
        The memory of both.
    """

    layers: tuple[Layer, ...]
    parameters: int
    constants: int
    nbytes: int

    def __repr__(self) -> str:
        rows = [("layer", "kind", "output", "parameters")]
        for layer in self.layers:
            count = f"{layer.parameters:,}" if layer.parameters else ""
            rows.append((layer.path or "(itself)", layer.kind, layer.output, count))
        lines = _aligned(rows, with_output=any([layer.output for layer in self.layers]))
        rule = "-" * max([len(line) for line in lines])
        total = f"{self.parameters:,} parameters"
        if self.constants:
            total += f" and {self.constants:,} constants"
        return "\n".join([lines[0], rule, *lines[1:], rule, f"{total}, {self.nbytes:,} bytes"])


def summarized(module: Module, shapes: Mapping[int, str]) -> Summary:
    """Count what a module and those below it hold; a Variable in several is the first one's."""
    layers: list[Layer] = []
    counted: dict[int, Variable] = {}
    for path, part in module.named_modules():
        own = {id(v): v for _, v in held(part, Variable) if is_made(v) and id(v) not in counted}
        counted |= own
        if not path and not own and _has_children(part):
            continue  # a container says nothing that its parts do not say
        trained = sum([v.size for v in own.values() if v.requires_grad])
        layers.append(Layer(path, _kind(part), shapes.get(id(part), ""), trained))
    parameters = sum([v.size for v in counted.values() if v.requires_grad])
    constants = sum([v.size for v in counted.values() if not v.requires_grad])
    nbytes = sum([v._data.nbytes for v in counted.values()])
    return Summary(tuple(layers), parameters, constants, nbytes)


def shapes_of(module: Module, x: Operand) -> dict[int, str]:
    """Run a module on an example, in evaluation, and tell by identity the shapes of outputs."""
    if isinstance(x, int) or (isinstance(x, tuple) and all([isinstance(n, int) for n in x])):
        msg = f"summary: x is {x!r:.40}; pass an example, such as numpy.zeros(shape, 'float32')."
        raise OperandError(msg)
    shapes: dict[int, str] = {}

    def note(called: Module, output: object) -> None:
        shapes[id(called)] = _shape(output)

    modes = [(part, part.training) for _, part in module.named_modules()]
    token = WATCHER.set(note)
    try:
        with observed(), no_grad():
            module.eval()(x)
    finally:
        WATCHER.reset(token)
        for part, mode in modes:
            part.training = mode
    return shapes


def _shape(output: object) -> str:
    """Return the shape of an output as text; of several Variables, each."""
    if isinstance(output, Variable):
        return str(output.shape)
    if isinstance(output, list | tuple):
        return ", ".join([_shape(item) for item in output])
    return type(output).__name__


def _has_children(module: Module) -> bool:
    return next(module.children(), None) is not None


def _kind(module: Module) -> str:
    """Return how a module without children calls itself, else its class."""
    name = type(module).__name__
    if _has_children(module):
        return name
    text = repr(module)
    return text if len(text) <= _WIDE else name


def _aligned(rows: Sequence[tuple[str, str, str, str]], *, with_output: bool) -> list[str]:
    """Align columns, the last, of numbers, to the right."""
    path, kind, output, count = [
        max([len(cell) for cell in column]) for column in zip(*rows, strict=True)
    ]
    return [
        f"{a:{path}}  {b:{kind}}  {f'{c:{output}}  ' if with_output else ''}{d:>{count}}".rstrip()
        for a, b, c, d in rows
    ]
