"""How hard property tests try: briefly, or long with ``--long``; no test leaves a figure open."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module

import pytest
from hypothesis import HealthCheck, settings

from autograd_lite.errors import MissingDependencyError

with suppress(MissingDependencyError):  # its operations are in every harness, where SciPy is
    import_module("autograd_lite.special")

# Values are drawn from seeds, so that one slow example says nothing about a strategy.
_CALM = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile(
    "brief", max_examples=25, deadline=None, derandomize=True, suppress_health_check=_CALM
)
settings.register_profile(
    "long", max_examples=400, deadline=None, print_blob=True, suppress_health_check=_CALM
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="try many more random examples")
    parser.addoption("--full", action="store_true", help="run the examples on the data sets too")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("long" if config.getoption("--long") else "brief")


@pytest.fixture(autouse=True)
def no_figures_stay_open() -> Iterator[None]:
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
