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
from typing import TYPE_CHECKING

from autograd_lite import arrays, errors, functions, graph
from autograd_lite.errors import AutogradError
from autograd_lite.functions import *
from autograd_lite.functions.stochastic import seed
from autograd_lite.functions.values import *
from autograd_lite.graph import (
    Function,
    Variable,
    describe,
    enable_grad,
    gradients,
    no_grad,
    scope,
)
from autograd_lite.protocols import bind_array_standard, bind_protocols
from autograd_lite.tracing import trace

if TYPE_CHECKING:
    from autograd_lite import (
        array_api,
        capturing,
        checking,
        datasets,
        debugging,
        drawing,
        estimators,
        machine,
        metrics,
        nn,
        optim,
        plots,
        special,
        testing,
        training,
        transforms,
    )
    from autograd_lite.capturing import Captured, capture
    from autograd_lite.checking.gradcheck import gradcheck, gradgradcheck
    from autograd_lite.checking.numerical import numerical_gradient
    from autograd_lite.debugging import debug
    from autograd_lite.drawing import Graph, draw
    from autograd_lite.machine import doctor
    from autograd_lite.transforms import (
        checkpoint,
        elementwise_grad,
        grad,
        hessian,
        hvp,
        jacobian,
        jvp,
        value_and_grad,
        vjp,
    )

__version__ = "0.1.0"

# Rooms that are imported when something of theirs is first asked for.
_LATER = {
    "array_api": (),
    "capturing": ("Captured", "capture"),
    "checking": ("gradcheck", "gradgradcheck", "numerical_gradient"),
    "datasets": (),
    "debugging": ("debug",),
    "drawing": ("Graph", "draw"),
    "estimators": (),
    "machine": ("doctor",),
    "metrics": (),
    "nn": (),
    "optim": (),
    "plots": (),
    "special": (),
    "testing": (),
    "training": (),
    "transforms": (
        *("checkpoint", "elementwise_grad", "grad", "hessian", "hvp", "jacobian", "jvp"),
        *("value_and_grad", "vjp"),
    ),
}
_ROOM_OF = {name: room for room, names in _LATER.items() for name in (room, *names)}

bind_protocols()
bind_array_standard()


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> object:
    """Import the rooms that most programs do not need when they are first asked for."""
    room = _ROOM_OF.get(name)
    if room is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    module = import_module(f"{__name__}.{room}")
    found: object = module if name == room else getattr(module, name)
    globals()[name] = found  # the next look-up finds it at once
    return found


__all__ = [
    "AutogradError",
    "Captured",
    "Function",
    "Graph",
    "Variable",
    "array_api",
    "arrays",
    "capture",
    "capturing",
    "checking",
    "checkpoint",
    "datasets",
    "debug",
    "debugging",
    "describe",
    "doctor",
    "draw",
    "drawing",
    "elementwise_grad",
    "enable_grad",
    "errors",
    "estimators",
    "functions",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "gradients",
    "graph",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "machine",
    "metrics",
    "nn",
    "no_grad",
    "numerical_gradient",
    "optim",
    "plots",
    "scope",
    "seed",
    "special",
    "testing",
    "trace",
    "training",
    "transforms",
    "value_and_grad",
    "vjp",
]
__all__ += [name for name in functions.__all__ if name not in __all__]
__all__ += functions.values.__all__
