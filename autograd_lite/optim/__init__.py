"""Optimizers: they change parameters in place, from the gradients that backward left."""

from autograd_lite.optim.sgd import SGD

__all__ = ["SGD"]
