"""Who draws: the program ``dot``, else pygraphviz, else the built-in engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from autograd_lite.drawing.layout.layered import lay_out
from autograd_lite.drawing.render.programs import (
    DPI,
    OutOfTimeError,
    ProgramError,
    has_dot,
    has_pygraphviz,
    run_dot,
    run_pygraphviz,
)
from autograd_lite.errors import ArgumentError, DrawingError, MissingDependencyError
from autograd_lite.warning import warn_user

if TYPE_CHECKING:
    from autograd_lite.drawing.layout.placed import Layout
    from autograd_lite.drawing.scene import Scene

__all__ = ["ENGINES", "Engine", "Rendered", "engines_for", "rendered"]

Engine: TypeAlias = Literal["dot", "pygraphviz", "built-in"]

ENGINES: tuple[Engine, ...] = ("dot", "pygraphviz", "built-in")

# Graphviz's time grows with the square of a graph whose values are used again: 0.4 s with 500
# links, 1.4 s with 850, 7 s with 1,600, 37 s with 3,200.
MANY = 2000  # links; beyond, Graphviz draws only if asked for by name


class Rendered(NamedTuple):
    """A picture's bytes and who drew it."""

    content: bytes
    engine: Engine


def engines_for(asked: str | None = None) -> tuple[Engine, ...]:
    """Return the engines to try, in order: the one asked for, else all that are installed.

    Parameters
    ----------
    asked : str or None
        ``"dot"``, ``"pygraphviz"`` or ``"built-in"``.

    Returns
    -------
    tuple of str

    Raises
    ------
    ArgumentError
        For another name.
    MissingDependencyError
        If the engine asked for is not installed.

    Examples
    --------
    >>> from autograd_lite.drawing.render.engines import engines_for
    >>> engines_for("built-in")
    ('built-in',)
    """
    if asked is None:
        return tuple([engine for engine in ENGINES if _remedy(engine) is None])
    chosen = tuple([engine for engine in ENGINES if engine == asked])
    if not chosen:
        known = ", ".join([repr(engine) for engine in ENGINES])
        raise ArgumentError(f"draw: there is no engine {asked!r}; use one of {known}.")
    remedy = _remedy(chosen[0])
    if remedy is not None:
        msg = f"draw: the engine {asked!r} is not installed; {remedy}, or leave `engine` out."
        raise MissingDependencyError(msg)
    return chosen


def _remedy(engine: Engine) -> str | None:
    """Return what to install for an engine; None where it is there."""
    if engine == "dot" and not has_dot():
        return "install Graphviz, which has the program dot (Debian, Ubuntu: graphviz)"
    if engine == "pygraphviz" and not has_pygraphviz():
        return "install the extra autograd-lite[graph]"
    return None


def rendered(
    scene: Scene,
    dot: str,
    format: str,
    asked: str | None = None,
    layout: Callable[[Scene], Layout] = lay_out,
) -> Rendered:
    """Return a picture drawn by the engine asked for, else by the first that can.

    An engine that fails or takes too long is passed over, with a warning. A network of neurons goes
    to the built-in engine, which keeps its links straight and its columns level, and so does a
    scene of very many links.

    Parameters
    ----------
    scene : Scene
    dot : str
        The same scene as DOT text.
    format : str
        ``"svg"``, ``"png"`` or ``"pdf"``.
    asked : str or None
        ``"dot"``, ``"pygraphviz"`` or ``"built-in"``.
    layout : callable
        Gives the built-in engine the scene's layout, which may be known already.

    Returns
    -------
    Rendered

    Raises
    ------
    ArgumentError
        For another engine.
    MissingDependencyError
        If the engine asked for is not installed.
    DrawingError
        If it cannot draw this picture.
    """
    own = asked is None and (scene.columns or len(scene.links) > MANY)
    engines = engines_for("built-in" if own else asked)
    failures: dict[Engine, ProgramError] = {}
    for engine in engines:
        if engine == "pygraphviz" and isinstance(failures.get("dot"), OutOfTimeError):
            continue  # the same method would take the same time
        try:
            if engine == "built-in":
                content = _drawn_built_in(layout(scene), format)
            else:
                content = _drawn_by_graphviz(engine, scene, dot, format)
        except ProgramError as failure:
            failures[engine] = failure
            continue
        if failures:
            msg = f"draw: {_told(failures)}; the engine {engine!r} drew the picture instead."
            warn_user(msg, RuntimeWarning)
        return Rendered(content, engine)
    raise DrawingError(f"draw: {_told(failures)}; leave `engine` out to let another one draw.")


def _told(failures: dict[Engine, ProgramError]) -> str:
    return ", ".join([f"{engine} {failure}" for engine, failure in failures.items()])


def _drawn_by_graphviz(engine: Engine, scene: Scene, dot: str, format: str) -> bytes:
    if format != "svg":  # an SVG's letters come from the fonts where it is looked at
        _check_letters(scene)
    return run_dot(dot, format) if engine == "dot" else run_pygraphviz(dot, format)


def _drawn_built_in(layout: Layout, format: str) -> bytes:
    from autograd_lite.drawing.render.canvas import to_pdf, to_png
    from autograd_lite.drawing.render.svg import to_svg

    if format == "svg":
        return to_svg(layout).encode()
    return to_png(layout, dpi=DPI) if format == "png" else to_pdf(layout)


def _check_letters(scene: Scene) -> None:
    """Warn of letters that no font has, as the built-in engine does while it draws."""
    from autograd_lite.drawing.render.fonts import families_for

    families_for("".join([c for text in _texts(scene) for c in text if c != "\n"]))


def _texts(scene: Scene) -> Iterator[str]:
    for mark in scene.marks:
        yield from [text.text for text in mark.lines]
    for link in scene.links:
        yield from [text.text for text in (link.over, link.under) if text is not None]
    yield from [cluster.label for cluster in scene.clusters]
    yield from [text.text for text in scene.captions]
