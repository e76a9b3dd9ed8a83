"""Carried: the source of kernels, for programs that must do without this library."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from textwrap import indent
from typing import Any

__all__ = ["source_of_kernel"]


def source_of_kernel(name: str, kernel: Callable[..., Any]) -> str:
    """Return the source of a function and of all that it calls in its module, under a name.

    What it calls stays inside another function, so that none of its names meets one of the program.

    Examples
    --------
    >>> from autograd_lite.capturing.export.carried import source_of_kernel
    >>> from autograd_lite.capturing.record.kernels import KERNELS
    >>> scope = {}
    >>> exec(source_of_kernel("scatter_add", KERNELS["scatter_add"]), scope)
    >>> import numpy as np
    >>> scope["scatter_add"](np.ones(3), np.array([0, 2, 2]), (4,))
    array([1., 0., 2., 0.])
    """
    tree = ast.parse(inspect.getsource(sys.modules[kernel.__module__]))
    defined = {word: node for node in tree.body for word in _defines(node)}
    needed: set[ast.stmt] = set()
    pending = [kernel.__name__]
    while pending:
        node = defined.get(pending.pop())
        if node is not None and node not in needed:
            plain = _Plain().visit(node)
            needed.add(node)
            pending += [part.id for part in ast.walk(plain) if isinstance(part, ast.Name)]
    body = "\n\n".join([ast.unparse(node) for node in tree.body if node in needed])
    return (
        f"\n\ndef kernel_{name}():\n{indent(body, '    ')}\n\n"
        f"    return {kernel.__name__}\n\n\n{name} = kernel_{name}()\n"
    )


def _defines(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement of a module gives a meaning."""
    if isinstance(node, ast.FunctionDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from [alias.asname or alias.name for alias in node.names]
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from [target.id for target in targets if isinstance(target, ast.Name)]


class _Plain(ast.NodeTransformer):
    """Takes out what only a type checker reads."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        return ast.copy_location(ast.Assign([node.target], node.value), node)
