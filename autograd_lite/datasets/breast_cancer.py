"""The packaged breast-cancer table: 569 tumours by 30 measurements, no download needed."""

from __future__ import annotations

import csv
import gzip
from importlib.resources import files

import numpy as np

from autograd_lite.datasets.sealing import Split, sealed

__all__ = [
    "breast_cancer",
    "breast_cancer_features",
    "breast_cancer_names",
    "breast_cancer_split",
]

MEASURED = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
PARTS = ("training", "validation", "test")

breast_cancer_names = ("malignant", "benign")
breast_cancer_features = (
    *[f"mean {name}" for name in MEASURED],
    *[f"{name} error" for name in MEASURED],
    *[f"worst {name}" for name in MEASURED],
)


def breast_cancer() -> Split:
    """Return the breast-cancer table of Wisconsin (diagnostic): 212 malignant, 357 benign.

    Rows, columns and labels are as scikit-learn's ``load_breast_cancer`` has them. Columns differ
    in size by factors of 100,000: standardize them (`Standardizer`).

    Returns
    -------
    x : array of shape (569, 30)
        float32, which keeps every published digit. ``ag.datasets.breast_cancer_features`` names
        the columns.
    t : array of shape (569,)
        int64: 0 is malignant, 1 is benign (``ag.datasets.breast_cancer_names``). Both read-only.

    Notes
    -----
    W. Wolberg, O. Mangasarian, N. Street, W. Street: Breast Cancer Wisconsin (Diagnostic), UCI
    Machine Learning Repository, https://archive.ics.uci.edu/dataset/17, CC BY 4.0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x, t = ag.datasets.breast_cancer()
    >>> x.shape, x.dtype, t.dtype
    ((569, 30), dtype('float32'), dtype('int64'))
    >>> print(ag.datasets.breast_cancer_features[0], x[0, 0])
    mean radius 17.99
    """
    packaged = files("autograd_lite.datasets") / "data" / "breast_cancer.csv.gz"
    with packaged.open("rb") as file, gzip.open(file) as lines:
        table = np.loadtxt(lines, delimiter=",", skiprows=1)
    x, t = table[:, :-1].astype(np.float32, order="C"), table[:, -1].astype(np.int64)
    return sealed(x), sealed(t)


def breast_cancer_split() -> tuple[Split, Split, Split]:
    """Return the breast-cancer table in the parts that lectures use: 364, 91 and 114 rows.

    They are those of scikit-learn's ``train_test_split(x, t, stratify=t, test_size=0.2,
    random_state=42)``, and of the same call on its training part; which rows, in which order, is
    kept with the table.

    Returns
    -------
    (x, t), (x_validation, t_validation), (x_test, t_test) : tuple of tuples of array
        As `breast_cancer` returns them.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> training, validation, test = ag.datasets.breast_cancer_split()
    >>> [len(t) for x, t in (training, validation, test)]
    [364, 91, 114]
    """
    packaged = files("autograd_lite.datasets") / "data" / "breast_cancer_splits.csv"
    rows: dict[str, list[int]] = {part: [] for part in PARTS}
    with packaged.open(encoding="ascii") as file:
        for line in csv.DictReader(file):
            rows[line["part"]].append(int(line["row"]))
    x, t = breast_cancer()
    training, validation, test = ((sealed(x[rows[part]]), sealed(t[rows[part]])) for part in PARTS)
    return training, validation, test
