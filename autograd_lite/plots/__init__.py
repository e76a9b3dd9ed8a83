"""Plots of training: curves, boundaries, matrices, images, functions, layers.

Every function draws into the Axes that it is given and returns them. Without any it opens a new
figure of pyplot's: a notebook shows it, ``plt.show()`` and ``plt.savefig(path)`` know it, and
``axes.figure.savefig(path)`` saves it. No setting of matplotlib is changed; its own choice of a
backend needs no screen.
"""

from autograd_lite.plots.boundary import decision_boundary
from autograd_lite.plots.curves import curves, history
from autograd_lite.plots.functions import activation, maxout, softmax
from autograd_lite.plots.images import images
from autograd_lite.plots.layers import activation_histograms, gradient_norms, weight_histograms
from autograd_lite.plots.matrices import confusion_matrix
from autograd_lite.plots.points import scatter
from autograd_lite.plots.tangents import tangent

__all__ = [
    "activation",
    "activation_histograms",
    "confusion_matrix",
    "curves",
    "decision_boundary",
    "gradient_norms",
    "history",
    "images",
    "maxout",
    "scatter",
    "softmax",
    "tangent",
    "weight_histograms",
]
