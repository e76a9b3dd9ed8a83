"""The graph of a function as text, one line per operation."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TextIO

from autograd_lite.arrays import Array, is_array
from autograd_lite.debugging.provenance import trace as traced_line
from autograd_lite.debugging.tables import table
from autograd_lite.errors import OperandError
from autograd_lite.graph.describe import Description, Node, describe
from autograd_lite.graph.function import Function, Gradient
from autograd_lite.graph.hooks import subscribe, unsubscribe
from autograd_lite.graph.modes import enable_grad
from autograd_lite.graph.printing import format_number
from autograd_lite.graph.variable import Variable
from autograd_lite.transforms.trees import leaves_of

__all__ = ["list_graph"]

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_WIDE = 60  # characters of a line of source


class _Lines:
    """An observer that notes the user's line of every operation."""

    def forward_starts(self, node: Function, arrays: tuple[Array, ...]) -> None:
        if node._notes is None:  # debug mode notes lines too
            node._notes = traced_line(None)

    def forward_ends(
        self, node: Function, arrays: tuple[Array, ...], outputs: tuple[Array, ...]
    ) -> None: ...

    def backward_starts(self, node: Function, gradient: Gradient) -> None: ...

    def backward_ends(
        self, node: Function, gradient: Gradient, gradients: tuple[Gradient | None, ...]
    ) -> None: ...


def list_graph(
    f: Callable[..., Any], /, *args: Any, file: TextIO | None = None, **kwargs: Any
) -> None:
    """Print the graph that a function records, one line per operation: see ``ag.trace``."""
    names = _names_of(f, len(args))
    given = [_opened(value, name) for value, name in zip(args, names, strict=True)]
    observer = _Lines()
    subscribe(observer)
    try:
        with enable_grad():
            result = f(*given, **kwargs)
    finally:
        unsubscribe(observer)
    outputs = [v for v in leaves_of(result) if isinstance(v, Variable)]
    if not outputs:
        msg = f"trace: the function returned {type(result).__name__}, with no Variable in it."
        raise OperandError(msg)
    graph = describe(outputs, gradients=False)
    print("\n".join(_written(graph)), file=sys.stdout if file is None else file)


def _names_of(f: Callable[..., Any], count: int) -> list[str]:
    """Return what the function calls its arguments."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):  # built in
        parameters = []
    names = [p.name for p in parameters if p.kind in _POSITIONAL][:count]
    others = [p.name for p in parameters if p.kind is inspect.Parameter.VAR_POSITIONAL]
    missing = range(count - len(names))
    if others:
        return names + [f"{others[0]}[{i}]" for i in missing]
    return names + [f"argument {len(names) + i + 1}" for i in missing]


def _opened(value: Any, name: str) -> Any:
    """Make Variables of an argument's floating arrays and floats, named as the function does."""
    if isinstance(value, float | complex) or (is_array(value) and value.dtype.kind in "fc"):
        return Variable(value, name=name)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        pairs = zip(value._fields, value, strict=True)
        return type(value)(*[_opened(item, f"{name}.{field}") for field, item in pairs])
    if type(value) in (list, tuple):
        return type(value)([_opened(item, f"{name}[{i}]") for i, item in enumerate(value)])
    if isinstance(value, dict):
        return {key: _opened(item, f"{name}[{key!r}]") for key, item in value.items()}
    return value


def _written(graph: Description) -> Iterator[str]:
    """Yield the lines: inputs, operations with what they read, and a sum."""
    called = _calls(graph.nodes)
    reads: dict[str, list[str]] = {node.id: [] for node in graph.nodes}
    for edge in graph.edges:
        output = f".{edge.output}" if edge.output else ""
        reads[edge.target].append(called[edge.source] + output)
    rows = []
    for node in graph.nodes:
        if node.kind not in ("input", "operation"):
            continue
        is_input = node.kind == "input"
        what = "input" if is_input else f"{node.name}({', '.join(reads[node.id])})"
        kept = f"{node.kept:,} B" if node.kept else "" if is_input else "-"
        rows.append((called[node.id], what, str(node.shape), node.dtype, kept, _line(node)))
    yield from table([("", "operation", "shape", "dtype", "kept", "line"), *rows])
    operations = [node for node in graph.nodes if node.kind == "operation"]
    total = sum([node.kept for node in operations])
    plural = "" if len(operations) == 1 else "s"
    yield f"{len(operations)} operation{plural}; {total:,} bytes kept for backward"


def _calls(nodes: Sequence[Node]) -> dict[str, str]:
    """Return what each node is called in the list: inputs by name, operations by number."""
    operations = [node for node in nodes if node.kind == "operation"]
    called = {node.id: f"%{number}" for number, node in enumerate(operations)}
    taken: set[str] = set()
    for node in nodes:
        if node.kind == "constant":
            called[node.id] = _constant(node)
        elif node.kind != "operation":
            name = node.name or node.id
            called[node.id] = f"{name} ({node.id})" if name in taken else name
            taken.add(name)
    return called


def _constant(node: Node) -> str:
    """Return a number as it is, of an array its dtype and shape."""
    if node.value is None or node.value.ndim:
        return f"{node.dtype}{list(node.shape)}"
    return format_number(node.value.item()) if node.value.dtype.kind == "f" else str(node.value)


def _line(node: Node) -> str:
    line = node.line or ""
    return line if len(line) <= _WIDE else line[: _WIDE - 1] + "…"
