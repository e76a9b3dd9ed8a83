"""Linear algebra beyond products: NumPy's ``linalg``, and the array standard's.

``ag.linalg.inv(v)`` and ``np.linalg.inv(v)`` are the same. What is chosen where NumPy leaves a
choice (triangles, signs of vectors, equal eigenvalues) is on the page docs/linalg.md.
"""

from autograd_lite.functions.contractions import outer, tensordot
from autograd_lite.functions.linalg.determinants import SlogdetResult, det, slogdet
from autograd_lite.functions.linalg.factors import QRResult, cholesky, qr
from autograd_lite.functions.linalg.general import EigResult, eig, eigvals
from autograd_lite.functions.linalg.inverting import LstsqResult, lstsq, matrix_rank, pinv
from autograd_lite.functions.linalg.norms import cond, matrix_norm, norm, vector_norm
from autograd_lite.functions.linalg.products import (
    cross,
    diagonal,
    matrix_power,
    matrix_transpose,
    multi_dot,
    trace,
)
from autograd_lite.functions.linalg.singular import SVDResult, svd, svdvals
from autograd_lite.functions.linalg.solving import inv, solve, tensorinv, tensorsolve
from autograd_lite.functions.linalg.spectra import EighResult, eigh, eigvalsh
from autograd_lite.functions.matrices import matmul
from autograd_lite.functions.vectors import vecdot

__all__ = [
    "EigResult",
    "EighResult",
    "LstsqResult",
    "QRResult",
    "SVDResult",
    "SlogdetResult",
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "tensorinv",
    "tensorsolve",
    "trace",
    "vecdot",
    "vector_norm",
]
