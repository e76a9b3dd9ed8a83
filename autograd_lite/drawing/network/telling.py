"""What is said of a network column by column, in the picture's own names and numbers."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_lite.drawing.scene import Said

__all__ = ["Telling"]

LONGEST = 160  # letters of a sentence: two lines below a picture
BIASES = {"": "", "b": " plus a bias", "θ": " minus a threshold"}


class Telling:
    """Collects what is said of each column, from left to right.

    Attributes
    ----------
    said : list of Said
    """

    def __init__(self) -> None:
        self.said: list[Said] = []

    def inputs(self, given: Sequence[str], sample: str) -> None:
        """Say what the inputs are.

        Parameters
        ----------
        given : sequence of str
            ``"x1 = 3"``, or the name alone.
        sample : str
            ``" of sample 3"``, or nothing.
        """
        self._say(f"The input{'s' * (len(given) > 1)}{sample}: ", given)

    def box(self, label: str, span: str, more: str = "") -> None:
        """Say what is in a box: how much, and between which numbers it lies."""
        self._say(f"{label}{more}{f', from {span}' if span else ''}")

    def sums(self, layer: int, written: Sequence[str], plain: Sequence[str], how: str) -> None:
        """Say how a layer's sums came about.

        Parameters
        ----------
        layer : int
        written : sequence of str
            ``"a1 = 2 × 3 + 1 = 7"``; empty where that is not known.
        plain : sequence of str
            ``"a1 = 7"``, or the name alone.
        how : str
            ``"2 values times weights plus a bias"``
        """
        whole = "; ".join(written)
        if whole and len(whole) < LONGEST:
            self._say(whole)
            return
        each = f"The {len(plain)} sums of layer {layer}" if len(plain) > 1 else "The sum"
        if whole and len(each) + len(written[0]) + 15 < LONGEST:
            self._say(f"{each}; the first is {written[0]}")
        else:
            self._say(f"{each}{', each' * (len(plain) > 1)} of {how}: ", plain)

    def outputs(
        self, activation: str, sources: Sequence[Sequence[str]], named: Sequence[str], mixing: bool
    ) -> None:
        """Say what an activation made of the sums.

        Parameters
        ----------
        activation : str
        sources : sequence of sequences of str
            The names of the sums that each output is made of.
        named : sequence of str
            ``"z1 = 0.5"``, or the name alone.
        mixing : bool
            Whether each output is made of all sums.
        """
        if mixing or not activation.isidentifier():
            self._say(f"{activation}: ", named)
            return
        calls = []
        for text, names in zip(named, sources, strict=True):
            name, _, value = text.partition(" = ")
            call = f"{name} = {activation}({', '.join(names)})"
            calls.append(f"{call} = {value}" if value else call)
        if len("; ".join(calls)) < LONGEST:
            self._say("; ".join(calls))
        else:
            self._say(f"{activation} of each sum: ", named)

    def mixed(self, activation: str, sums: Sequence[str]) -> None:
        """Say that an activation reads all sums."""
        self._say(
            f"{activation} reads {sums[0]} … {sums[-1]}"
            if len(sums) > 2
            else f"{activation} reads {' and '.join(sums)}"
        )

    def loss(self, value: str, name: str) -> None:
        """Say what the loss is."""
        self._say(f"{value}: {name}")

    def gradients(self, layer: int, several: Sequence[str], span: str) -> None:
        """Say which gradients arrived at the weights that lead to the newest column.

        Parameters
        ----------
        layer : int
        several : sequence of str
            ``"w1 −0.02"``, one by one; empty where the weights have no names.
        span : str
            Between which numbers they lie.
        """
        begin = f"Back at layer {layer}, the gradients of its weights: "
        listed = f"{begin}{', '.join(several)}."
        short = several and len(listed) < LONGEST
        said = listed if short else f"{begin}{span}."
        self.said[-1] = self.said[-1]._replace(backward=said)

    def _say(self, begin: str, listed: Sequence[str] = ()) -> None:
        """Say a sentence, with the list that it begins where that is not too long."""
        whole = f"{begin}{', '.join(listed)}"
        if len(whole) >= LONGEST:
            whole = f"{begin}{listed[0]}, …, {listed[-1]}" if listed else whole
        self.said.append(Said(f"{whole}."))
