"""Checking gradients: central differences, gradcheck, and the self-check of every operation."""

from autograd_lite.checking.gradcheck import gradcheck, gradgradcheck
from autograd_lite.checking.numerical import numerical_gradient
from autograd_lite.checking.probe import CheckResult
from autograd_lite.checking.report import as_json, as_table
from autograd_lite.checking.selfcheck import OperationReport, check_operations, public_function

__all__ = [
    "CheckResult",
    "OperationReport",
    "as_json",
    "as_table",
    "check_operations",
    "gradcheck",
    "gradgradcheck",
    "numerical_gradient",
    "public_function",
]
