"""The machine: what this library finds on it, and what holds it back there."""

from autograd_lite.machine.doctor import doctor
from autograd_lite.machine.report import Finding, Report

__all__ = ["Finding", "Report", "doctor"]
