"""Testing Functions of your own: one call, and hypothesis strategies for what it is called with.

The strategies and :func:`check_function` need hypothesis, which the extra ``autograd-lite[test]``
brings along; it is imported when one of them is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from autograd_lite.errors import MissingDependencyError

if TYPE_CHECKING:
    from autograd_lite.testing.check import check_function
    from autograd_lite.testing.operands import arrays, broadcastable
    from autograd_lite.testing.strategies import axes, dtypes, indices, layouts, shapes

__all__ = [
    "arrays",
    "axes",
    "broadcastable",
    "check_function",
    "dtypes",
    "indices",
    "layouts",
    "shapes",
]

_HOMES = {"check_function": "check", "arrays": "operands", "broadcastable": "operands"}


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    """Import what needs hypothesis when it is first asked for."""
    if name not in __all__:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    try:
        home = import_module(f"{__name__}.{_HOMES.get(name, 'strategies')}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "hypothesis":
            raise
        msg = f"testing: {name} needs hypothesis; install the extra autograd-lite[test]."
        raise MissingDependencyError(msg) from error
    return getattr(home, name)
