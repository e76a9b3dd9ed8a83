"""Data to train on: packaged tables, published image sets, toys, and how rows are prepared.

Every array owns its memory and is read-only, so operations keep it without a copy.
"""

from autograd_lite.datasets.breast_cancer import (
    breast_cancer,
    breast_cancer_features,
    breast_cancer_names,
    breast_cancer_split,
)
from autograd_lite.datasets.cifar10 import cifar10, cifar10_names
from autograd_lite.datasets.digits import digits
from autograd_lite.datasets.idx import read_idx
from autograd_lite.datasets.labels import one_hot
from autograd_lite.datasets.loader import DataLoader, Transform
from autograd_lite.datasets.mnist import fashion_mnist, fashion_mnist_names, mnist, mnist_names
from autograd_lite.datasets.scaling import Standardizer
from autograd_lite.datasets.splits import train_test_split
from autograd_lite.datasets.toys import gate, plane, spiral
from autograd_lite.datasets.transforms import Compose, Noise, Rotate, Shift

__all__ = [
    "Compose",
    "DataLoader",
    "Noise",
    "Rotate",
    "Shift",
    "Standardizer",
    "Transform",
    "breast_cancer",
    "breast_cancer_features",
    "breast_cancer_names",
    "breast_cancer_split",
    "cifar10",
    "cifar10_names",
    "digits",
    "fashion_mnist",
    "fashion_mnist_names",
    "gate",
    "mnist",
    "mnist_names",
    "one_hot",
    "plane",
    "read_idx",
    "spiral",
    "train_test_split",
]
