"""What an array is: the libraries behind one namespace, private copies, the gate, devices.

Nothing here knows of the graph. Rules speak to a :class:`Namespace`; everything else in the
package asks this room what an array is and never names an array library itself.
"""

from autograd_lite.arrays.devices import device_of, to_device
from autograd_lite.arrays.entering import (
    as_array,
    as_dtype,
    frozen,
    is_array,
    private,
    read_only,
    scalar,
)
from autograd_lite.arrays.gate import GATE, Tracer, begin, draw, enter, forbid, rely, require, touch
from autograd_lite.arrays.libraries import (
    LIBRARIES,
    NUMPY,
    Array,
    Namespace,
    attach,
    namespace,
    register_library,
)
from autograd_lite.arrays.memory import reuse_memory, reuse_memory_by_default

reuse_memory_by_default()

__all__ = [
    "GATE",
    "LIBRARIES",
    "NUMPY",
    "Array",
    "Namespace",
    "Tracer",
    "as_array",
    "as_dtype",
    "attach",
    "begin",
    "device_of",
    "draw",
    "enter",
    "forbid",
    "frozen",
    "is_array",
    "namespace",
    "private",
    "read_only",
    "register_library",
    "rely",
    "require",
    "reuse_memory",
    "scalar",
    "to_device",
    "touch",
]
