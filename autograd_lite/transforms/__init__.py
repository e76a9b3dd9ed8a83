"""Transforms: functions of arrays in, functions that compute their derivatives out."""

from autograd_lite.transforms.checkpointing import checkpoint
from autograd_lite.transforms.derivatives import elementwise_grad, grad, value_and_grad
from autograd_lite.transforms.matrices import hessian, jacobian
from autograd_lite.transforms.products import hvp, jvp, vjp

__all__ = [
    "checkpoint",
    "elementwise_grad",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "value_and_grad",
    "vjp",
]
