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

from autograd_lite import arrays, errors, functions, graph, optim
from autograd_lite.errors import AutogradError
from autograd_lite.functions import *  # noqa: F403
from autograd_lite.functions import __all__ as _operations
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

bind_protocols()

__all__ = [
    "AutogradError",
    "Function",
    "Variable",
    "arrays",
    "describe",
    "enable_grad",
    "errors",
    "functions",
    "gradients",
    "graph",
    "no_grad",
    "optim",
    *_operations,
]
