"""NumPy's protocols: ``ndarray * v``, ``np.exp(v)``, ``np.linalg.inv(v)`` reach the operations.

And what the Python array API standard asks of an array.
"""

from autograd_lite.graph.variable import Variable
from autograd_lite.protocols.functions import array_function
from autograd_lite.protocols.standard import bind_array_standard
from autograd_lite.protocols.table import supported
from autograd_lite.protocols.ufuncs import array_ufunc

__all__ = ["bind_array_standard", "bind_protocols", "supported"]


def bind_protocols() -> None:
    """Give Variable NumPy's two protocols."""
    Variable.__array_ufunc__ = array_ufunc  # type: ignore[method-assign]
    Variable.__array_function__ = array_function  # type: ignore[method-assign]
