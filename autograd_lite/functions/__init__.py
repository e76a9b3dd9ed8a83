"""The operations, a file per family: each is one small class and the function that applies it.

Importing this room gives Variable its operators and methods, and the engine the namespace that
rules see when backward is itself recorded. What a file lists in its ``__all__`` is public.
"""

from autograd_lite.arrays import Namespace
from autograd_lite.functions import (
    activations,
    arithmetic,
    binary_losses,
    contractions,
    conversion,
    cross_entropy,
    cumulative,
    divergences,
    exponentials,
    hyperbolic,
    indexing,
    joining,
    linalg,
    losses,
    methods,
    normalization,
    powers,
    rectifiers,
    reductions,
    regression,
    reordering,
    rounding,
    selection,
    shapes,
    statistics,
    stochastic,
    trigonometry,
)
from autograd_lite.functions.activations import *
from autograd_lite.functions.arithmetic import *
from autograd_lite.functions.binary_losses import *
from autograd_lite.functions.contractions import *
from autograd_lite.functions.conversion import *
from autograd_lite.functions.cross_entropy import *
from autograd_lite.functions.cumulative import *
from autograd_lite.functions.divergences import *
from autograd_lite.functions.exponentials import *
from autograd_lite.functions.hyperbolic import *
from autograd_lite.functions.indexing import *
from autograd_lite.functions.joining import *
from autograd_lite.functions.linalg import *
from autograd_lite.functions.losses import *
from autograd_lite.functions.normalization import *
from autograd_lite.functions.powers import *
from autograd_lite.functions.rectifiers import *
from autograd_lite.functions.reductions import *
from autograd_lite.functions.regression import *
from autograd_lite.functions.reordering import *
from autograd_lite.functions.rounding import *
from autograd_lite.functions.selection import *
from autograd_lite.functions.shapes import *
from autograd_lite.functions.statistics import *
from autograd_lite.functions.stochastic import *
from autograd_lite.functions.trigonometry import *
from autograd_lite.graph.binding import BOUND

__all__: list[str] = []
__all__ += activations.__all__
__all__ += arithmetic.__all__
__all__ += binary_losses.__all__
__all__ += contractions.__all__
__all__ += conversion.__all__
__all__ += cross_entropy.__all__
__all__ += cumulative.__all__
__all__ += divergences.__all__
__all__ += exponentials.__all__
__all__ += hyperbolic.__all__
__all__ += indexing.__all__
__all__ += joining.__all__
__all__ += linalg.__all__
__all__ += losses.__all__
__all__ += normalization.__all__
__all__ += powers.__all__
__all__ += rectifiers.__all__
__all__ += reductions.__all__
__all__ += regression.__all__
__all__ += reordering.__all__
__all__ += rounding.__all__
__all__ += selection.__all__
__all__ += shapes.__all__
__all__ += statistics.__all__
__all__ += stochastic.__all__
__all__ += trigonometry.__all__

BOUND.namespace = Namespace(
    "autograd_lite", None, {name: globals()[name] for name in __all__}, "any"
)
methods.bind_methods()
