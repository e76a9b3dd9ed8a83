"""Checking gradients: central differences, gradcheck, and the self-check of every operation."""

from autograd_lite.checking.gradcheck import CheckResult, gradcheck, gradgradcheck
from autograd_lite.checking.numerical import numerical_gradient
from autograd_lite.checking.selfcheck import check_operations, public_function

__all__ = [
    "CheckResult",
    "check_operations",
    "gradcheck",
    "gradgradcheck",
    "numerical_gradient",
    "public_function",
]
