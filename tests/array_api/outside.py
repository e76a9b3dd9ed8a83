"""Code of others, written for the array standard, on Variables: prints what came of each as JSON.

Each must give what it gives on plain arrays, and gradients that agree with central differences.
SciPy reads SCIPY_ARRAY_API when it is imported, hence a program of its own.
"""

import json
import os
import sys

os.environ["SCIPY_ARRAY_API"] = "1"

import numpy as np
import scipy.cluster.vq
import scipy.integrate
import scipy.optimize
import scipy.special
import sklearn
from scipy import stats
from scipy.spatial.transform import Rotation
from sklearn import metrics, preprocessing
from sklearn.decomposition import PCA
from sklearn.externals import array_api_extra as extra
from sklearn.linear_model import Ridge
from sklearn.metrics import pairwise

import autograd_lite as ag
from autograd_lite import array_api
from autograd_lite.errors import GraphError

sklearn.set_config(array_api_dispatch=True)

ROWS = np.array([[0.3, 1.2, 0.7], [1.5, 0.4, 0.9], [0.8, 2.1, 0.2], [1.1, 0.6, 1.7]])
MORE = np.array([[0.5, 0.1, 1.3], [0.9, 1.4, 0.6]])
LINE = np.array([0.9, 0.3, 1.4, 0.6, 1.1])

# By name: the function, and the arrays it is differentiated by.
AS_THEY_ARE = {
    "scipy.special.softmax": (lambda x: scipy.special.softmax(x, axis=-1), ROWS),
    "scipy.special.xlogy": (scipy.special.xlogy, LINE, LINE[::-1]),
    "scipy.stats.gmean": (stats.gmean, LINE),
    "scipy.stats.hmean": (stats.hmean, LINE),
    "scipy.stats.skew": (stats.skew, LINE),
    "scipy.stats.kurtosis": (stats.kurtosis, LINE),
    "scipy.stats.moment": (lambda x: stats.moment(x, order=3), LINE),
    "scipy.stats.sem": (stats.sem, LINE),
    "scipy.stats.circmean": (stats.circmean, LINE),
    "scipy.stats.circvar": (stats.circvar, LINE),
    "scipy.stats.differential_entropy": (stats.differential_entropy, LINE),
    "scipy.stats.trim_mean": (lambda x: stats.trim_mean(x, 0.2), LINE),
    "scipy.stats.directional_stats": (lambda x: stats.directional_stats(x).mean_direction, ROWS),
    "scipy.integrate.cumulative_trapezoid": (
        lambda y: scipy.integrate.cumulative_trapezoid(y, dx=0.1),
        LINE,
    ),
    "scipy.spatial.transform.Rotation": (lambda x: Rotation.from_rotvec(x).as_matrix(), LINE[:3]),
    "scipy.integrate.trapezoid": (lambda y: scipy.integrate.trapezoid(y, dx=0.1), LINE),
    "scipy.optimize.rosen": (scipy.optimize.rosen, LINE),
    "extra.kron": (extra.kron, ROWS, MORE),
    "extra.atleast_nd": (lambda x: extra.atleast_nd(x, ndim=3), LINE),
    "extra.sinc": (extra.sinc, LINE),
    "extra.cov": (extra.cov, ROWS),
    "extra.partition": (lambda x: extra.partition(x, 2), LINE),
    "PCA": (lambda x: PCA(2, svd_solver="full").fit_transform(x), ROWS),
    "pairwise.euclidean_distances": (pairwise.euclidean_distances, ROWS, MORE),
    "pairwise.linear_kernel": (pairwise.linear_kernel, ROWS, MORE),
    "pairwise.polynomial_kernel": (pairwise.polynomial_kernel, ROWS, MORE),
    "pairwise.sigmoid_kernel": (pairwise.sigmoid_kernel, ROWS, MORE),
    "pairwise.rbf_kernel": (pairwise.rbf_kernel, ROWS, MORE),
}
# Compares arrays, or writes into them.
CONFORMING = {
    "scipy.special.logsumexp": (lambda x: scipy.special.logsumexp(x, axis=1), ROWS),
    "scipy.special.log_softmax": (lambda x: scipy.special.log_softmax(x, axis=-1), ROWS),
    "scipy.stats.zscore": (stats.zscore, LINE),
    "scipy.special.rel_entr": (scipy.special.rel_entr, LINE, LINE[::-1]),
    "scipy.stats.variation": (stats.variation, LINE),
    "scipy.stats.tmean": (stats.tmean, LINE),
    "scipy.stats.tstd": (stats.tstd, LINE),
    "scipy.stats.iqr": (stats.iqr, LINE),
    "scipy.stats.quantile": (lambda x: stats.quantile(x, 0.3), LINE),
    "scipy.stats.lmoment": (stats.lmoment, LINE),
    "scipy.optimize.rosen_der": (scipy.optimize.rosen_der, LINE),
    "scipy.cluster.vq.whiten": (scipy.cluster.vq.whiten, ROWS),
    "extra.create_diagonal": (extra.create_diagonal, LINE),
    "extra.apply_where": (lambda x: extra.apply_where(x > 1, x, np.square, fill_value=x), LINE),
    "extra.pad": (lambda x: extra.pad(x, 2), LINE),
    "pairwise.cosine_similarity": (pairwise.cosine_similarity, ROWS, MORE),
    "pairwise.manhattan_distances": (pairwise.manhattan_distances, ROWS, MORE),
    "pairwise.laplacian_kernel": (pairwise.laplacian_kernel, ROWS, MORE),
    "Ridge": (lambda x, t: Ridge(solver="svd").fit(x, t).predict(x), ROWS, ROWS[:, 1] ** 2),
    "StandardScaler": (lambda x: preprocessing.StandardScaler().fit_transform(x), ROWS),
    "MinMaxScaler": (lambda x: preprocessing.MinMaxScaler().fit_transform(x), ROWS),
    "Normalizer": (lambda x: preprocessing.Normalizer().fit_transform(x), ROWS),
    "PolynomialFeatures": (lambda x: preprocessing.PolynomialFeatures().fit_transform(x), ROWS),
}


# Gives a Python float, which has no gradient: right where none is recorded, refused where one is.
NUMBERS = {
    "metrics.mean_squared_error": (metrics.mean_squared_error, LINE, LINE[::-1]),
    "metrics.mean_absolute_error": (metrics.mean_absolute_error, LINE, LINE[::-1]),
    "metrics.max_error": (metrics.max_error, LINE, LINE[::-1]),
}


def number(function, *arrays):
    """Return "right", or what is wrong with a function that leaves the graph."""
    variables = [ag.Variable(array) for array in arrays]
    with ag.no_grad():
        value = function(*variables)
    if not np.isclose(value, function(*arrays)):
        return f"differs: {value!r}"
    try:
        function(*variables)
    except GraphError:
        return "right"
    return "cut without a word"


def outcome(function, *arrays):
    """Return "right", or what is wrong with a function on Variables."""
    variables = [ag.Variable(array) for array in arrays]
    try:
        made = function(*variables)
        if not isinstance(made, ag.Variable) or not made.requires_grad:
            return f"cut: {made!r}"
        np.testing.assert_allclose(made.data, function(*arrays), rtol=1e-10)
        ag.gradcheck(function, variables)
    except (TypeError, ValueError, AttributeError, AssertionError, RuntimeError) as error:
        return f"{type(error).__name__}: {error}"
    return "right"


def main():
    found = {name: outcome(*what) for name, what in AS_THEY_ARE.items()}
    with array_api.conforming():
        found |= {name: outcome(*what) for name, what in CONFORMING.items()}
    found |= {name: number(*what) for name, what in NUMBERS.items()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
