"""Data to train on: packaged digits, MNIST from a folder, IDX files.

Every array owns its memory and is read-only, so operations keep it without a copy.
"""

from autograd_lite.datasets.digits import digits
from autograd_lite.datasets.idx import read_idx
from autograd_lite.datasets.mnist import mnist

__all__ = ["digits", "mnist", "read_idx"]
