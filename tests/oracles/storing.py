"""What JAX and PyTorch said, as text: one file for each name, one line for each instance."""

from __future__ import annotations

import json
import math
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograd_lite.graph.cases import X
from oracles.answers import Answer
from oracles.instances import Instance, at_least_floats

STORED = Path(__file__).with_name("stored")
DIGITS = 14  # of an answer: what systems agree on
EXACT = 17  # digits of an operand


class Reference(NamedTuple):
    """An instance, what each system said, and why one of them says nothing."""

    instance: Instance
    answers: dict[str, Answer]
    lacking: dict[str, str]


def save(name: str, references: list[Reference], versions: dict[str, str]) -> None:
    """Write the references of one name."""
    lines = ",\n".join([json.dumps(_packed(r), ensure_ascii=False) for r in references])
    head = json.dumps(versions)
    text = f'{{"versions": {head},\n"references": [\n{lines}\n]}}\n'
    path_of(name).write_text(text, encoding="utf-8")


@cache
def load(name: str) -> list[Reference]:
    """Return the references of one name."""
    found = json.loads(path_of(name).read_text(encoding="utf-8"))
    return [_unpacked(name, line) for line in found["references"]]


def versions_of(name: str) -> dict[str, str]:
    """Return the versions of the systems that were asked."""
    found: dict[str, str] = json.loads(path_of(name).read_text(encoding="utf-8"))["versions"]
    return found


def stored_names() -> list[str]:
    return sorted([path.stem.replace("-", " ") for path in STORED.glob("*.json")])


def path_of(name: str) -> Path:
    return STORED / f"{name.replace(' ', '-')}.json"


# ---- references


def _packed(reference: Reference) -> dict[str, Any]:
    instance, answers, lacking = reference
    line = {
        "arguments": [packed(a) for a in instance.arguments],
        "options": {key: packed(value) for key, value in instance.options.items()},
    }
    line |= {"random": True} if instance.random else {}
    line |= {"arriving": packed(instance.arriving)} if instance.arriving is not None else {}
    if len(answers) == 2 and answers["jax"].agrees(answers["torch"]):
        line["both"] = _packed_answer(answers["jax"])
    else:
        line |= {system: _packed_answer(answer) for system, answer in answers.items()}
    return line | ({"lacking": lacking} if lacking else {})


def _unpacked(name: str, line: dict[str, Any]) -> Reference:
    instance = Instance(
        name,
        [unpacked(a) for a in line["arguments"]],
        {key: unpacked(value) for key, value in line["options"].items()},
        unpacked(line.get("arriving")),
        line.get("random", False),
    )
    keys = {"jax": "jax", "torch": "torch"}
    if "both" in line:
        keys = dict.fromkeys(keys, "both")
    answers = {system: _answer(line[key]) for system, key in keys.items() if key in line}
    return Reference(instance, answers, line.get("lacking", {}))


def _packed_answer(answer: Answer) -> list[Any]:
    return [[_array(a) for a in part] for part in answer if part is not None]


def _answer(parts: list[Any]) -> Answer:
    read = [[_numbers(a) for a in part] for part in parts]
    return Answer(read[0], read[1], read[2] if len(read) > 2 else None)


# ---- arrays: nested lists; with their shape beside them if empty or complex


def _array(array: np.ndarray, digits: int = DIGITS) -> Any:
    shape = list(array.shape)
    if array.dtype.kind == "c":
        parts = _short(array.real.ravel(), digits), _short(array.imag.ravel(), digits)
        return {"of": shape, "real": parts[0], "imag": parts[1]}
    return _short(array, digits) if array.size else {"of": shape}


def _short(array: np.ndarray, digits: int) -> Any:
    cut = [_number(float(f"{x:.{digits}g}")) for x in array.ravel().tolist()]
    return np.array(cut, dtype=object).reshape(array.shape).tolist()


def _number(x: float) -> int | float:
    """Return whole numbers without a point; -0.0 and infinite ones as they are."""
    return int(x) if x.is_integer() and (x or math.copysign(1, x) > 0) and abs(x) < 1e9 else x


def _numbers(packed: Any) -> np.ndarray:
    if not isinstance(packed, dict):
        return np.asarray(packed, dtype=float)
    if "real" not in packed:
        return np.zeros(packed["of"])
    parts = np.asarray(packed["real"], float), np.asarray(packed["imag"], float)
    return (parts[0] + 1j * parts[1]).reshape(packed["of"])


# ---- arguments: what JSON has no word for is a dictionary of one key


def packed(value: Any) -> Any:
    """Return an argument as JSON can hold it."""
    if isinstance(value, X):
        return {"X": _array(at_least_floats(value.values), EXACT)}
    if isinstance(value, np.ndarray):
        return {"array": packed(value.tolist()), "dtype": value.dtype.name}
    if isinstance(value, tuple):
        return {"tuple": [packed(part) for part in value]}
    if isinstance(value, list):
        return [packed(part) for part in value]
    if isinstance(value, slice):
        return {"slice": [value.start, value.stop, value.step]}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, type):
        return {"type": value.__name__}
    if callable(value):
        return {"function": [value.__module__, value.__name__]}
    return {"ellipsis": True} if value is Ellipsis else value


def unpacked(value: Any) -> Any:
    """Return the argument that was packed."""
    if isinstance(value, list):
        return [unpacked(part) for part in value]
    if not isinstance(value, dict):
        return value
    ((kind, held), *_) = value.items()
    if kind == "array":
        return np.asarray(unpacked(held), dtype=value["dtype"])
    return UNPACK[kind](held)


UNPACK = {
    "X": lambda held: X(_numbers(held)),
    "tuple": lambda held: tuple(unpacked(part) for part in held),
    "slice": lambda held: slice(*held),
    "complex": lambda held: complex(*held),
    "type": {"float": float, "complex": complex, "int": int, "bool": bool}.__getitem__,
    "function": lambda held: getattr(import_module(held[0]), held[1]),
    "ellipsis": lambda held: Ellipsis,
}
