"""Exporting: a program as a module that needs NumPy alone, with its arrays in a file beside it."""

from __future__ import annotations

import builtins
import os
import re
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path
from textwrap import indent
from typing import Any

import numpy as np

from autograd_lite.archive import write_archive
from autograd_lite.arrays import Array
from autograd_lite.capturing.export.carried import source_of_kernel
from autograd_lite.capturing.export.plain import Plain, plain_of
from autograd_lite.capturing.plan.planning import laid_out
from autograd_lite.capturing.program import source_of
from autograd_lite.capturing.record.kernels import KERNELS
from autograd_lite.capturing.record.packages import IMPORTS, import_lines
from autograd_lite.capturing.write.emit import emitted
from autograd_lite.capturing.write.origins import Origin
from autograd_lite.capturing.write.writing import Text
from autograd_lite.errors import CaptureError
from autograd_lite.files import checked_path, write_atomically
from autograd_lite.functions.stochastic import kept

__all__ = ["export"]

OURS = "from autograd_lite.capturing."  # how the imports begin that a module is to do without

LOADING = '''
HERE = Path(__file__).with_suffix(".npz")


def load(path=HERE):
    """Return the arrays of a file, by name; nothing in it is ever run."""
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}

'''

SAVING = '''
def save(path=HERE):
    """Write the arrays as they are now: whole, or not at all."""
    beside = Path(path).with_suffix(".tmp.npz")
    np.savez(beside, **arrays)
    beside.replace(path)

'''

CHECKING = '''
def checked(name, x, shape, dtype):
    """Return an argument as the array that the program was made for; None fits any length."""
    array = np.asarray(x)
    fits = len(array.shape) == len(shape) and all(
        n is None or n == m for n, m in zip(shape, array.shape)
    )
    if not fits or not np.can_cast(array.dtype, dtype, "same_kind"):
        wanted = str(shape).replace("None", "n")
        raise ValueError(f"{name} is {array.dtype} {array.shape}; pass {dtype} {wanted}.")
    return np.ascontiguousarray(array, dtype).reshape(array.shape)

'''

TRAP = '''
class Trap:
    """Hears from NumPy when something becomes NaN."""

    sprung = False

    def __call__(self, kind, flag):
        self.sprung = True


trap = Trap()
lock = Lock()  # the program's memory serves one call at a time
'''

SEEDING = '''generator = np.random.default_rng()


def seed(value):
    """Start a new sequence of random numbers."""
    generator.bit_generator.state = np.random.default_rng(value).bit_generator.state

'''

CHANGING = """The shapes are fixed.
Each call changes some of them in place: arrays has them by name, save() writes them back."""

RUNNING = """
with lock:
    trap.sprung = False
    done = program({given})
if done is None:
    raise FloatingPointError(
        "{name}: a gradient became NaN, at a point where a slope is infinite or not defined; "
        "nothing was changed. Give it other numbers."
    )
outputs, found = done
"""


def export(text: Text, path: str | os.PathLike[str]) -> Path:
    """Write a program as a module, and the arrays that it works on beside it.

    A function that changes nothing and works on its batch row by row, as a model in evaluation, is
    written for batches of any size; else the shapes are those of the captured call. Both files are
    written whole or not at all; those that are there are replaced. To find out what depends on the
    size, the function is run a few times more, on numbers made up for it.

    Parameters
    ----------
    text : Text
        Of the captured program.
    path : str or path
        Ends in ``.py``; the arrays go into a ``.npz`` of the same name.

    Returns
    -------
    Path
        The module.

    Raises
    ------
    CaptureError
        If what the program does cannot be said without this library.
    OperandError
        For what is no path.
    ArgumentError
        For another suffix, or a folder that is not there.
    FileWriteError
        If a file cannot be written.
    """
    target, _ = checked_path(path, ("py",), "export")
    _refuse(text)
    name = _function_name(text)
    plain = None if _changes(text) else plain_of(text.origin)
    if plain is None:
        source, arrays = _fixed(_alone(text), name, target)
    else:
        source, arrays = _free(plain, text.origin, name, target)
    write_archive(target.with_suffix(".npz"), arrays, "export")
    tidy = re.sub(r"\n{4,}", "\n\n\n", source)
    write_atomically(target, tidy.encode(), "export")
    return target


def _refuse(text: Text) -> None:
    """Refuse what a module without this library could not do."""
    reads = [v for v in text.arguments if source_of(v).kind == "gradient"]
    if reads:
        msg = (
            "export: the function adds to gradients from before, which a module of its own does "
            "not have; call zero_grad() inside the function, before backward()."
        )
        raise CaptureError(msg)
    if any([function is not kept for _, function, _ in text.draws]):
        msg = (
            "export: the function draws random numbers that NumPy alone cannot; export it without."
        )
        raise CaptureError(msg)


def _alone(text: Text) -> Text:
    """Return a program for one thread: those that share work are this library's."""
    if OURS + "replay.lanes" not in text.source:
        return text
    return emitted(text.program, laid_out(text.program), text.origin)


def _carried(source: str) -> str:
    """Return a program with the source of the kernels that it imports."""
    lines = source.split("\n")
    for place, line in enumerate(lines):
        if line.startswith(OURS + "record.kernels"):
            names = line.partition(" import ")[2].split(", ")
            lines[place] = "".join([source_of_kernel(name, KERNELS[name]) for name in names])
    return "\n".join(lines)


def _changes(text: Text) -> bool:
    program = text.program
    return bool(program.effects or program.gradients or text.draws)


def _function_name(text: Text) -> str:
    """Return what the function is called in the module: as it was, or ``predict`` for a model."""
    name = text.origin.function
    written = name.isidentifier() and not iskeyword(name) and name not in dir(builtins)
    taken = {"load", "save", "checked", "arrays", "make", "memory_of", "seed", "program"}
    if written and name[:1].islower() and name not in taken | set(text.names.values()):
        return name
    return "step" if text.program.effects else "predict"


# ---- a program for batches of any size


def _free(plain: Plain, origin: Origin, name: str, target: Path) -> tuple[str, dict[str, Array]]:
    given = [argument for argument, *_ in plain.arguments]
    checks = [
        _checking(argument, (None, *shape), dtype) for argument, shape, dtype in plain.arguments
    ]
    sizes = " == ".join([f"len({argument})" for argument in given])
    if len(given) > 1:
        checks += [f"if not {sizes}:", '    raise ValueError("the batches differ in length.")']
    lines = [*checks, f"n = len({given[0]})" if _mentions_n(plain) else "", *plain.lines, ""]
    lines.append(f"return {_returned(origin.key, plain.outputs)}")
    head = import_lines(plain.imports)
    shapes = [f"{a} {d} {_shape((None, *s))}" for a, s, d in plain.arguments]
    told = f'"""Return {", ".join(plain.outputs)} of {"; ".join(shapes)}."""'
    source = [
        _docstring(name, origin, given, target, "Batches may be of any size.", "", head),
        "from pathlib import Path\n",
        "import numpy as np",
        *head,
        LOADING,
        CHECKING,
        "",
        "arrays = load()",
        *[f'{key} = arrays["{key}"]' for key in plain.outside],
        "",
        "",
        f"def {name}({', '.join(given)}):",
        indent("\n".join([told, *_spaced(lines)]), "    "),
        "",
    ]
    return "\n".join(source), plain.outside


def _mentions_n(plain: Plain) -> bool:
    return any([re.search(r"\bn\b", line.partition("#")[0]) for line in plain.lines])


def _spaced(lines: list[str]) -> Iterator[str]:
    """Yield lines without blank ones that follow each other."""
    last = ""
    for line in lines:
        if line or last:
            yield line
        last = line


# ---- a program for the shapes of the captured call


def _fixed(text: Text, name: str, target: Path) -> tuple[str, dict[str, Array]]:
    arrays: dict[str, Any] = {text.names[v]: source_of(v).array for v in text.outside}
    arrays |= {f"constant{i}": array for i, array in enumerate(text.constants)}
    given = [text.names[v] for v in text.arguments]
    changes = bool(text.program.effects)
    head, _, body = text.source.partition('"""\n\n')
    imports, _, rest = body.partition("\n\n\n")
    imports = _carried(imports)
    tables = head.partition("\n\n")[2].rstrip()
    told = CHANGING if changes else "The shapes are fixed."
    leaves = _leaf_names(text)
    source = [
        _docstring(name, text.origin, given, target, told, tables, imports.split("\n")),
        "from pathlib import Path\nfrom threading import Lock\n",
        f"import numpy as np\n{imports}\n\n",
        rest,
        LOADING + (SAVING if changes else "") + CHECKING + TRAP,
        "arrays = load()",
        *(["gradients = {}  # of the last call"] if leaves else []),
        *(SEEDING.split("\n") if text.draws else []),
        _making(text),
        "",
        "",
        f"def {name}({', '.join(given)}):",
        indent("\n".join(_body(text, name, given, leaves)), "    "),
        "",
    ]
    return "\n".join(source), arrays


def _making(text: Text) -> str:
    """Return the lines that bind the program to its arrays."""
    outside = [f'arrays["{text.names[v]}"]' for v in text.outside]
    constants = [f'arrays["constant{i}"]' for i in range(len(text.constants))]
    draws = [f"lambda: generator.random({shape}) >= {p}" for _, _, (shape, p) in text.draws]
    errors = [_builtin(error) for error in text.errors]
    lists = [f"    {_listed(items)}," for items in (outside, constants, draws, errors)]
    return "\n".join(["program = make(", *lists, "    trap,", ")"])


def _body(text: Text, name: str, given: list[str], leaves: list[str]) -> Iterator[str]:
    """Yield the lines of the function that runs the program."""
    shapes = "; ".join([f"{text.names[v]} {v.dtype} {v.shape}" for v in text.arguments])
    yield f'"""Run the program{" on " + shapes if shapes else ""}."""'
    for value in text.arguments:
        yield _checking(text.names[value], value.shape, value.dtype)
    yield RUNNING.strip().format(given=", ".join(given), name=name)
    if leaves:
        yield f"gradients.update(zip({leaves}, found))"
    outputs = [f"outputs[{i}]" for i in range(len(text.program.outputs))]
    yield f"return {_returned(text.origin.key, outputs)}"


def _listed(items: list[str]) -> str:
    if len(", ".join(items)) < 80:
        return f"[{', '.join(items)}]"
    return "[\n" + "".join([f"        {item},\n" for item in items]) + "    ]"


def _leaf_names(text: Text) -> list[str]:
    """Return the names of the leaves whose gradients the program gives."""
    owners = {
        source_of(v).holder: text.names[v] for v in text.outside if source_of(v).kind == "leaf"
    }
    wanted = [g.leaf for g in text.program.gradients if g.value is not None]
    variables = text.origin.variables
    return [owners.get(leaf) or variables.get(leaf) or f"leaf{i}" for i, leaf in enumerate(wanted)]


# ---- what both have


def _docstring(
    name: str,
    origin: Origin,
    given: list[str],
    target: Path,
    told: str,
    tables: str,
    imports: list[str],
) -> str:
    where = f" of {origin.place}" if origin.place else ""
    result = "loss = " if origin.outputs == ["loss"] else "y = "
    needs = "NumPy alone" if set(IMPORTS.values()).isdisjoint(imports) else "NumPy and SciPy alone"
    lines = [f'"""{origin.function}{where}, as a program that needs {needs}.', ""]
    lines += [f"    from {target.stem} import {name}", ""]
    lines += [f"    {result}{name}({', '.join(given)})", ""]
    lines += [f"The arrays are read from {target.stem}.npz beside this file. {told}"]
    lines += ["", tables] if tables else []
    return "\n".join([*lines, '"""', ""])


def _checking(name: str, shape: tuple[Any, ...], dtype: np.dtype[Any]) -> str:
    return f'{name} = checked("{name}", {name}, {shape}, "{dtype}")'


def _shape(shape: tuple[Any, ...]) -> str:
    return str(shape).replace("None", "n")


def _returned(key: Any, outputs: list[str]) -> str:
    """Return the expression that gives back what the function gave back."""
    kind, inner = key if isinstance(key, tuple) and len(key) == 2 else (None, None)
    if isinstance(kind, str) and isinstance(inner, int):
        return outputs[inner]
    if kind is dict and isinstance(inner, tuple):
        items = [f"{name!r}: {_returned(one, outputs)}" for name, one in inner]
        return f"{{{', '.join(items)}}}"
    if isinstance(kind, type) and isinstance(inner, tuple):
        items = [_returned(one, outputs) for one in inner]
        if kind is list:
            return f"[{', '.join(items)}]"
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    if isinstance(kind, type) and isinstance(inner, str):
        return inner
    msg = (
        "export: the function returns something that is neither an array nor a number; return "
        "arrays, numbers, or tuples and dicts of them."
    )
    raise CaptureError(msg)


def _builtin(error: type[Exception]) -> str:
    """Return the name of Python's own exception that an error is."""
    return next(kind.__name__ for kind in error.__mro__ if kind.__module__ == "builtins")
