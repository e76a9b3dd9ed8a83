"""Asks JAX and PyTorch for the answers to every instance, and stores them.

PYTHONPATH=.:tests python -m oracles.generate [name ...]

It prints what has no spelling, and fails where a spelling is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np

from oracles.instances import Instance, instances_of, names
from oracles.spelling import Lacks, spelled
from oracles.storing import (
    STORED,
    Reference,
    load,
    packed,
    path_of,
    save,
    stored_names,
    unpacked,
)
from oracles.systems import jax_answer, torch_answer, versions

ASKED = {"jax": jax_answer, "torch": torch_answer}


def asked(instance: Instance) -> Reference:
    """Ask both systems about an instance as it will be read again."""
    stored = instance._replace(arguments=unpacked(packed(instance.arguments)))
    answers, lacking = {}, {}
    for system, ask in ASKED.items():
        try:
            answers[system] = ask(stored, spelled(stored.name, system))
        except Lacks as reason:
            lacking[system] = str(reason)
    return Reference(stored, answers, lacking)


def references_of(name: str) -> Iterator[Reference]:
    for instance in instances_of(name):
        try:
            yield asked(instance)
        except Exception as error:
            error.add_note(f"asked about {instance.text}")
            raise


def said_of(name: str, references: list[Reference]) -> str:
    """Return what a reader should know of a name: who lacks what."""
    reasons = {f"{s}: {why}" for r in references for s, why in r.lacking.items()}
    return "; ".join(sorted(reasons)) if references else "no cases"


def main(only: list[str]) -> int:
    """Store the answers of some names, or of all, and drop what nobody has any more."""
    STORED.mkdir(exist_ok=True)
    wrong = 0
    for name in only or names():
        try:
            with np.errstate(all="ignore"):
                references = list(references_of(name))
            save(name, references, versions())
        except Exception as error:
            wrong += 1
            first = str(error).strip().splitlines()[0] if str(error).strip() else ""
            notes = getattr(error, "__notes__", [])
            print(f"WRONG {name}: {type(error).__name__}: {first:.150} ({'; '.join(notes)})")
            continue
        if said := said_of(name, references):
            print(f"{name}: {said}")
    if not only:
        for name in set(stored_names()) - set(names()):
            path_of(name).unlink()
    kept = [r for name in stored_names() for r in load(name)]
    size = sum(path.stat().st_size for path in STORED.glob("*.json"))
    print(f"{len(kept)} instances of {len(stored_names())} names, {size / 1e6:.2f} MB")
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
