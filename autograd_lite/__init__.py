"""A define-by-run autodiff engine for NumPy and CuPy that you can see, trust and read.

Examples
--------
>>> import autograd_lite as ag
>>> apple = ag.Variable(100.0, name="apple")
>>> price = apple * 2 * 1.1
>>> price.backward()
>>> price, float(apple.grad)
(Variable(220.0), 2.2)
"""

from importlib import import_module
from types import ModuleType

from autograd_lite import arrays, checking, errors, functions, graph, optim
from autograd_lite.checking import gradcheck, gradgradcheck, numerical_gradient
from autograd_lite.debugging import debug
from autograd_lite.drawing import Graph, draw
from autograd_lite.errors import AutogradError
from autograd_lite.functions import *
from autograd_lite.graph import (
    Function,
    Variable,
    describe,
    enable_grad,
    gradients,
    no_grad,
)
from autograd_lite.protocols import bind_protocols

__version__ = "0.1.0"

_LAZY = ("datasets", "testing")

bind_protocols()


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> ModuleType:
    """Import the rooms that most programs do not need when they are first asked for."""
    if name in _LAZY:
        return import_module(f"{__name__}.{name}")
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


__all__ = [
    "AutogradError",
    "Function",
    "Graph",
    "Variable",
    "arrays",
    "checking",
    "datasets",
    "debug",
    "describe",
    "draw",
    "enable_grad",
    "errors",
    "functions",
    "gradcheck",
    "gradgradcheck",
    "gradients",
    "graph",
    "no_grad",
    "numerical_gradient",
    "optim",
    "testing",
]
__all__ += functions.__all__
