"""check_function: a user's own Function through the harness, by one call."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import hypothesis
import numpy as np
import numpy.typing as npt
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.errors import Flaky, HypothesisException

from autograd_lite.arrays import is_array
from autograd_lite.errors import ArgumentError, GradientCheckError, OperandError
from autograd_lite.graph.function import Function
from autograd_lite.graph.variable import Variable
from autograd_lite.testing.laws import LAWS
from autograd_lite.testing.trial import BrokenLawError, Trial, shown

__all__ = ["check_function", "examine"]

_CALM = [check for check in HealthCheck if check is not HealthCheck.filter_too_much]


def check_function(
    f: Callable[..., Any],
    *arguments: Any,
    expected: Callable[..., Any] | None = None,
    options: Mapping[str, Any] | None = None,
    dtypes: Sequence[npt.DTypeLike] = ("float64", "float32"),
    second_order: bool = True,
    rtol: float = 1e-5,
    atol: float = 1e-7,
    max_examples: int | None = None,
    seed: int | None = 0,
) -> None:
    """Draw arguments again and again; require of `f` what holds of every built-in operation.

    For every example: the value is the expected one, also where nothing is recorded; gradients are
    central differences, to second order, linear in the gradient that arrives, of their operands'
    shape and dtype, and the same whichever operands are constants; nothing depends on memory
    layout, on chance or on what was written since; nothing of the caller's is written, nothing is
    shared; a dtype is kept and costs its own rounding only.

    Parameters
    ----------
    f : Function subclass, factory, or callable
        A class is instantiated for every call, a factory (a callable that needs no arguments)
        asked for an instance. Any other callable takes Variables and returns one, or several.
    *arguments : strategy, array, or anything
        Each a hypothesis strategy; or a single strategy that draws a tuple, for arguments that
        depend on each other. Drawn floating-point arrays and floats are differentiated; integers
        and everything else that is drawn is passed on. What is no strategy is a constant.
    expected : callable, optional
        Takes the arguments as arrays and returns the value, or a tuple.
    options : mapping, optional
        Keyword arguments, or strategies for them: of the class or the factory, else of `f`; and
        of `expected`.
    dtypes : sequence of dtype
        Those that the result keeps, unless `expected` has another.
    second_order : bool
        False where the rule need not be differentiable.
    rtol, atol : float
        Allowed error of the slopes, as in :func:`autograd_lite.gradcheck`.
    max_examples : int, optional
        By default as hypothesis's own settings say.
    seed : int, optional
        The same examples in every run; None draws others each time.

    Raises
    ------
    GradientCheckError
        Names the law that does not hold (also as its attribute `law`), and the simplest arguments
        found for which it does not.
    ArgumentError
        If `f` cannot be instantiated, or no drawn argument is floating-point.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> class Cube(ag.Function):
    ...     keeps = ("x",)
    ...     def forward(self, x):
    ...         self.x = x
    ...         return x * x * x
    ...     def backward(self, gy):
    ...         return 3 * self.x * self.x * gy
    >>> ag.testing.check_function(Cube, ag.testing.arrays(), expected=lambda x: x**3)

    A rule that forgets the chain rule's factor:

    >>> class Forgetful(Cube):
    ...     def backward(self, gy):
    ...         return 3 * self.x * self.x
    >>> try:
    ...     ag.testing.check_function(Forgetful, ag.testing.arrays())
    ... except ag.errors.GradientCheckError as error:
    ...     print(str(error)[:46])
    check_function: Forgetful breaks the law 'line
    """
    named = dict(options or {})
    function, plain = _applied(f, named)
    alone = len(arguments) == 1 and isinstance(arguments[0], st.SearchStrategy)
    drawn = [isinstance(a, st.SearchStrategy) for a in arguments]

    def trial(given: tuple[Any, ...], chosen: dict[str, Any]) -> Trial:
        values, places = _operands(given, [True] * len(given) if alone else drawn)
        return Trial(
            lambda *all: function(*all, **chosen),
            values,
            places,
            expected=None if expected is None else lambda *all: expected(*all, **chosen),
            plain=plain,
            dtypes=tuple(dtypes),
            rtol=rtol,
            atol=atol,
        )

    calls, name = _calls(arguments, named, alone), _name(f)
    laws = [law for law in LAWS if second_order or law != "second order"]
    found: BrokenLawError | None = None
    while laws:
        try:
            _search(trial, calls, laws, name, max_examples, seed)
            break
        except BrokenLawError as error:  # then look for an example that breaks an earlier one
            found = error
            laws = laws[: laws.index(error.law)] if error.law in laws else []
    if found is not None:
        raise found.with_traceback(None) from found.__cause__


def examine(
    trial: Trial, laws: Sequence[str], *, name: str, options: Mapping[str, Any] | None = None
) -> None:
    """Require some laws of one call, in their order.

    Raises
    ------
    BrokenLawError
        Names the first that does not hold.
    """
    for law in laws:
        try:
            LAWS[law](trial)
        except GradientCheckError as error:
            raise _broken(trial, law, str(error), name, options) from None
        except HypothesisException:  # assume(), inside the function
            raise
        except Exception as error:
            detail = f"it raised {type(error).__name__}: {error}"
            found = "memory" if "read-only" in str(error) else law
            raise _broken(trial, found, detail, name, options) from error


def _search(
    trial: Callable[..., Trial],
    calls: Mapping[str, st.SearchStrategy[Any]],
    laws: Sequence[str],
    name: str,
    max_examples: int | None,
    seed: int | None,
) -> None:
    """Let hypothesis look for a call that breaks a law, and simplify those it finds."""

    def check_function(arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
        examine(trial(arguments, options), laws, name=name, options=options)

    settings = hypothesis.settings(
        deadline=None,
        database=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=_CALM,
    )
    if max_examples is not None:
        settings = hypothesis.settings(settings, max_examples=max_examples)
    searched = settings(hypothesis.given(**calls)(check_function))
    if seed is not None:
        searched = hypothesis.seed(seed)(searched)
    try:
        searched()
    except Flaky as error:
        msg = (
            f"check_function: {name} breaks the law 'determinism': the same arguments fail in one "
            "run and pass in the next; let nothing but the arguments decide."
        )
        raise BrokenLawError(msg) from error


# ---- what is called


def _applied(f: Callable[..., Any], options: Mapping[str, Any]) -> tuple[Callable[..., Any], bool]:
    """Return `f` as a function of the arguments, and whether it takes arrays for Variables."""
    if isinstance(f, Function):
        msg = (
            f"check_function: an instance of {f.name} is one node; pass the class, or a factory: "
            f"lambda: {type(f).__name__}(...)."
        )
        raise ArgumentError(msg)
    is_class = isinstance(f, type) and issubclass(f, Function)
    if not _made_by(f, options):
        if is_class:
            msg = (
                f"check_function: {_name(f)} cannot be made from the options {list(options)}; "
                "pass options={...} for its arguments."
            )
            raise ArgumentError(msg)
        return f, False

    def applied(*arguments: Any, **chosen: Any) -> Any:
        made = f(**chosen)
        if not isinstance(made, Function):
            msg = (
                f"check_function: the factory returned {type(made).__name__}; return an instance "
                "of a Function, or let it take the arguments."
            )
            raise OperandError(msg)
        return made(*arguments)

    return applied, True


def _made_by(f: Callable[..., Any], options: Mapping[str, Any]) -> bool:
    """Whether `f` can be called with the options alone."""
    try:
        signature = inspect.signature(f)
        signature.bind(**options)
    except (TypeError, ValueError):
        return False
    kinds = [parameter.kind for parameter in signature.parameters.values()]
    return isinstance(f, type) or inspect.Parameter.VAR_POSITIONAL not in kinds


def _name(f: Callable[..., Any]) -> str:
    """Return what messages call `f`; of a factory, the name of what it makes."""
    made = f() if not isinstance(f, type) and _made_by(f, {}) else f
    name: str = getattr(made, "__name__", type(made).__name__)
    return name


# ---- what it is called with


def _calls(
    arguments: Sequence[Any], options: Mapping[str, Any], alone: bool
) -> dict[str, st.SearchStrategy[Any]]:
    """Return strategies for all arguments and for all options of a call."""
    given: st.SearchStrategy[tuple[Any, ...]] = st.tuples(*[_drawn(a) for a in arguments])
    if alone:
        given = arguments[0].map(lambda drawn: drawn if isinstance(drawn, tuple) else (drawn,))
    named = st.fixed_dictionaries({key: _drawn(value) for key, value in options.items()})
    return {"arguments": given, "options": named}


def _drawn(value: Any) -> st.SearchStrategy[Any]:
    return value if isinstance(value, st.SearchStrategy) else st.just(value)


def _operands(
    given: tuple[Any, ...], drawn: Sequence[bool]
) -> tuple[tuple[Any, ...], tuple[int, ...]]:
    """Return the arguments, and the places of those that are differentiated."""
    values = list(given)
    places = []
    for i, value in enumerate(given):
        if isinstance(value, Variable):
            moved = drawn[i] and value.requires_grad
            values[i] = value.data if moved else value
        else:
            number = isinstance(value, float)
            moved = drawn[i] and (number or (is_array(value) and value.dtype.kind == "f"))
            values[i] = np.asarray(value) if moved else value
        if moved:
            places.append(i)
    if not places:
        msg = (
            "check_function: no drawn argument is a floating-point array or number; draw one from "
            "ag.testing.arrays(), what is no strategy is a constant."
        )
        raise ArgumentError(msg)
    return tuple(values), tuple(places)


# ---- what is said


def _broken(
    trial: Trial, law: str, detail: str, name: str, options: Mapping[str, Any] | None
) -> BrokenLawError:
    """Say which law is broken and how, then for which arguments, then what else there is to say."""
    first, *rest = detail.splitlines() or [""]
    lines = [
        f"check_function: {name} breaks the law {law!r}: {first.rstrip('.')}{_hint(law, detail)}."
    ]
    for i, value in enumerate(trial.arguments):
        kind = "" if i in trial.places else " (constant)"
        lines.append(f"  argument {i + 1}{kind}: {shown(value)}")
    lines += [f"  {key} = {value!r:.100}" for key, value in (options or {}).items()]
    error = BrokenLawError("\n".join([*lines, *rest]))
    error.law = law
    return error


def _hint(law: str, detail: str) -> str:
    if law == "memory" and "read-only" in detail:
        return "; it wrote into an array that is not its own, write into a copy"
    if "kink" in detail:
        return "; at a kink there is no slope, draw arrays(away_from=...) or distinct=True"
    if law == "second order" and detail.startswith("it raised"):
        return "; or pass second_order=False"
    if law == "dtypes" and "against float64" in detail:
        return "; compute more carefully, or name the dtypes that count: dtypes=(...)"
    return ""
