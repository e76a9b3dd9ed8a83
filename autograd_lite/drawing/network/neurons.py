"""A network's marks and links: neurons in columns, or one box where a layer is too wide."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from autograd_lite.drawing.labels import is_bad, number
from autograd_lite.drawing.network.notation import indexed, rounded
from autograd_lite.drawing.network.sums import sum_of
from autograd_lite.drawing.network.telling import BIASES, Telling
from autograd_lite.drawing.scene import Link, Mark, Role, Text
from autograd_lite.graph.ranges import range_of

if TYPE_CHECKING:
    from autograd_lite.arrays import Array
    from autograd_lite.drawing.network.layers import Layer, Loss, Network

__all__ = ["Neurons"]

A_LINE = 6  # biases in a line below the picture


class Column(NamedTuple):
    """The marks that the next layer is linked to, and what they hold; one mark if boxed."""

    ids: list[str]
    names: list[str]
    values: Array | None
    boxed: bool = False


class Neurons:
    """Makes column after column, from the inputs to the loss.

    Parameters
    ----------
    network : Network
    sample : int
        The row whose values are shown.
    names : callable
        Names a weight by layer, source and target.
    widest : int
        Neurons of a layer that are drawn one by one.
    digits : int
        Digits behind the point.
    gradients : bool
        Write gradients under weights and beside biases.
    """

    def __init__(
        self,
        network: Network,
        sample: int,
        names: Callable[[int, int, int], str],
        widest: int,
        digits: int,
        gradients: bool,
    ) -> None:
        self.network = network
        self.sample = sample
        self.names = names
        self.widest = widest
        self.digits = digits
        self.gradients = gradients
        self.columns = 0
        self.marks: list[Mark] = []
        self.links: list[Link] = []
        self.telling = Telling()

    def drawn(self) -> tuple[tuple[Mark, ...], tuple[Link, ...]]:
        """Return all marks and links."""
        features, values = self.network.features, self._row(self.network.inputs)
        sample = f" of sample {self.sample}" if self.network.rows > 1 else ""
        if features > self.widest:
            front = self._box("x", f"{features} inputs", values)
            self.telling.box(f"The {features} inputs{sample}", self._known_span(values))
        else:
            letters = ["x"] if features == 1 else [f"x{j}" for j in range(1, features + 1)]
            front = self._column("x", letters, values)
            self.telling.inputs(self._equations(front), sample)
        for i, layer in enumerate(self.network.layers, 1):
            wide = max(layer.targets, layer.units) > self.widest
            front = self._boxed(i, layer, front) if wide else self._layer(i, layer, front)
        if self.network.loss is not None:
            self._loss(front, self.network.loss)
        return tuple(self.marks), tuple(self.links)

    def captions(self) -> list[Text]:
        """Return the biases, a few in a line, and what of the batch the picture shows."""
        biases: list[str] = []
        for i, layer in enumerate(self.network.layers, 1):
            biases += self._biases(i, layer)
        lines = [biases[i : i + A_LINE] for i in range(0, len(biases), A_LINE)]
        captions = [Text(" / ".join(line)) for line in lines]
        rows, loss = self.network.rows, self.network.loss
        said = [f"sample {self.sample} of {rows}"] if rows > 1 else []
        if loss is not None:
            said.append(f"loss: {self._loss_name(loss)}")
        return [*captions, Text("; ".join(said), "muted")] if said else captions

    def _row(self, matrix: Array | None) -> Array | None:
        return None if matrix is None else matrix[self.sample]

    def _layer(self, i: int, layer: Layer, front: Column) -> Column:
        """Draw a layer neuron by neuron: the sums, then what its activation makes of them."""
        last = i == len(self.network.layers)
        letter = "a" if not last or i == 1 else "ay"
        if last and not layer.activation:
            letter = "y"
        sums = self._sums(i, layer, front, self._names(letter, i, layer.targets))
        self._weigh(i, layer, front, sums)
        if not layer.activation:
            return sums
        names = self._names("y" if last else "z", i, layer.units)
        through = self._mix(i, layer, sums) if layer.mixing else None
        outputs = self._column(f"z{i}", names, self._row(layer.outputs))
        group = layer.targets // layer.units
        sources = [sums.names[j * group : (j + 1) * group] for j in range(layer.units)]
        made = self._equations(outputs)
        self.telling.outputs(layer.activation, sources, made, mixing=layer.mixing)
        if through is None:
            self._activate(layer, sums, outputs)
        else:
            self.links += [Link(f"h{id_}", through, id_) for id_ in outputs.ids]
        return outputs

    def _sums(self, i: int, layer: Layer, front: Column, names: list[str]) -> Column:
        """Draw the sums of a layer, each with how it came about."""
        values = None if front.boxed else front.values
        found = [sum_of(layer, values, t, self.sample, self.digits) for t in range(layer.targets)]
        exact = [f"{one.exact} = " if one.exact else "" for one in found]
        column = self._column(f"a{i}", names, self._row(layer.sums), exact)
        plain = self._equations(column)
        written = [
            f"{name} = {one.shown} {text.rpartition(' = ')[2]}"
            for name, one, text in zip(names, found, plain, strict=True)
            if one.shown
        ]
        known = written if len(written) == len(names) else []
        self.telling.sums(i, known, plain, self._addends(layer))
        return column

    def _addends(self, layer: Layer) -> str:
        several = "values times weights" if layer.sources > 1 else "value times its weight"
        return f"{layer.sources} {several}{BIASES[layer.bias]}"

    def _boxed(self, i: int, layer: Layer, front: Column) -> Column:
        """Draw a wide layer as one box."""
        kind = "outputs" if i == len(self.network.layers) else "sums"
        label = (
            f"{layer.units} × {layer.activation}" if layer.activation else f"{layer.units} {kind}"
        )
        box = self._box(f"a{i}", label, self._row(layer.outputs))
        then = f", then {layer.activation}" if layer.activation else ""
        self.telling.box(
            f"The {layer.targets} sums of layer {i}",
            self._known_span(box.values),
            f", each of {self._addends(layer)}{then}",
        )
        self._weigh(i, layer, front, box)
        return box

    def _names(self, letter: str, i: int, count: int) -> list[str]:
        """Return what the neurons of a layer are called; with its number if several are hidden."""
        depth = len(self.network.layers)
        if i == depth:
            return [letter] if count == 1 else [f"{letter}{j}" for j in range(1, count + 1)]
        hidden = (i,) if depth > 2 else ()
        largest = max(i, count) if hidden else 0
        return [indexed(letter, *hidden, j, largest=largest) for j in range(1, count + 1)]

    def _column(
        self, id_: str, names: list[str], values: Array | None, sums: list[str] | None = None
    ) -> Column:
        """Draw neurons below each other; `sums` says how each one's value came about."""
        ids = [f"{id_}_{j}" for j in range(1, len(names) + 1)]
        for j, name in enumerate(names):
            value = None if values is None else values[j : j + 1]
            self._circle(ids[j], name, value, sums[j] if sums else "")
        self.columns += 1
        return Column(ids, names, values)

    def _equations(self, column: Column) -> list[str]:
        """Return the neurons of a column with their values, where these are known."""
        if column.values is None:
            return column.names
        pairs = zip(column.names, column.values, strict=True)
        return [f"{name} = {self._written(float(value))}" for name, value in pairs]

    def _circle(self, id_: str, name: str, value: Array | None, how: str = "") -> None:
        """Draw a neuron with its value, where that is known."""
        bad = is_bad(value, None)
        text, tip = name, ""
        if value is not None:
            text = f"{name}={self._written(value[0])}"
            tip = f"{name} = {how}{number(float(value[0]))}"
        lines = (Text(text, "alarm" if bad else "plain"),)
        self.marks.append(Mark(id_, "circle", lines, tip, None, self.columns, bad))

    def _box(self, id_: str, label: str, values: Array | None) -> Column:
        """Draw a layer as one mark, with the least and the largest of its values."""
        lines, bad = [Text(label, "name")], is_bad(values, None)
        if values is not None:
            lines.append(Text(self._span(values), "alarm" if bad else "muted"))
        self.marks.append(Mark(id_, "box", tuple(lines), "", None, self.columns, bad))
        self.columns += 1
        return Column([id_], [label], values, boxed=True)

    def _weigh(self, i: int, layer: Layer, front: Column, column: Column) -> None:
        """Link two columns; the weights of a box are summarized on the link in the middle."""
        boxed = front.boxed or column.boxed
        middle = len(front.ids) * len(column.ids) // 2
        for s, source in enumerate(front.ids):
            for t, target in enumerate(column.ids):
                over = under = None
                if not boxed:
                    over, under = self._weight(i, layer, s, t)
                elif s * len(column.ids) + t == middle:
                    over, under = self._weights(layer)
                self.links.append(Link(f"w{i}_{s + 1}_{t + 1}", source, target, over, under))
        if self.gradients and layer.weight_gradient is not None:
            self._tell_gradients(i, layer.weight_gradient, boxed)

    def _tell_gradients(self, i: int, gradient: Array, boxed: bool) -> None:
        """Say which gradients the weights of a layer have."""
        several = [
            f"{self.names(i, s + 1, t + 1)} {self._written(float(gradient[s, t]))}"
            for s, t in np.ndindex(*((0, 0) if boxed else gradient.shape))
        ]
        named = several if several and self.names(i, 1, 1) else []
        self.telling.gradients(i, named, self._span(gradient))

    def _weight(self, i: int, layer: Layer, s: int, t: int) -> tuple[Text | None, Text | None]:
        """Return one weight by its name, and its gradient."""
        name, over, under = self.names(i, s + 1, t + 1), None, None
        if layer.weights is not None:
            value = layer.weights[s : s + 1, t]
            shown = self._written(value[0])
            over = _judged(f"{name}={shown}" if name else shown, value, "value")
        elif name:
            over = Text(name, "value")
        if self.gradients and layer.weight_gradient is not None:
            gradient = layer.weight_gradient[s : s + 1, t]
            under = _judged(self._written(gradient[0]), gradient, "gradient")
        return over, under

    def _weights(self, layer: Layer) -> tuple[Text, Text | None]:
        """Return how many weights there are, and where they and their gradients lie."""
        text, under = f"{layer.sources}×{layer.targets} weights", None
        if layer.weights is not None:
            text += f"\n{self._span(layer.weights)}"
        if self.gradients and layer.weight_gradient is not None:
            gradient = layer.weight_gradient
            under = _judged(self._span(gradient), gradient, "gradient")
        return _judged(text, layer.weights, "value"), under

    def _activate(self, layer: Layer, sums: Column, outputs: Column) -> None:
        """Link sums to outputs: each to its own, with the activation's name on the link."""
        group = len(sums.ids) // len(outputs.ids)  # neighbours that maxout takes the largest of
        label = Text(layer.activation, "muted")
        for s, source in enumerate(sums.ids):
            self.links.append(Link(f"h{source}", source, outputs.ids[s // group], label))

    def _mix(self, i: int, layer: Layer, sums: Column) -> str:
        """Draw an activation whose outputs each read every sum as a box that all go through."""
        id_ = f"h{i}"
        self.marks.append(Mark(id_, "box", (Text(layer.activation, "muted"),), column=self.columns))
        self.columns += 1
        self.telling.mixed(layer.activation, sums.names)
        self.links += [Link(f"h{source}", source, id_) for source in sums.ids]
        return id_

    def _loss(self, front: Column, loss: Loss) -> None:
        """Draw the loss: of the batch, or of this row where each has its own."""
        values = loss.values
        if values is not None and values.size > 1:
            values = values[self.sample : self.sample + 1]
        self._circle("loss", "loss", values)
        known = "loss" if values is None else f"loss = {self._written(values[0])}"
        self.telling.loss(known, self._loss_name(loss))
        self.links += [Link(f"l{id_}", id_, "loss") for id_ in front.ids]

    def _loss_name(self, loss: Loss) -> str:
        """Return what a loss is called, and whether it is one for all samples."""
        own = self.network.rows == 1 or (loss.values is not None and loss.values.size > 1)
        name = loss.name.removesuffix("_with_logits").replace("_", " ")
        return name if own else f"{name} of the batch"

    def _biases(self, i: int, layer: Layer) -> list[str]:
        """Return a layer's biases by their names, or how many there are and where they lie."""
        biases, gradients = layer.biases, layer.bias_gradient if self.gradients else None
        if biases is None:
            return []
        numbered = (i,) if len(self.network.layers) > 1 else ()
        if biases.size > self.widest:
            name = indexed(layer.bias, *numbered)
            back = "" if gradients is None else f" (← {self._span(gradients)})"
            return [f"{name}: {biases.size} biases, {self._span(biases)}{back}"]
        texts = []
        for j in range(biases.size):
            own = (j + 1,) if layer.targets > 1 and biases.size > 1 else ()
            if numbered and layer.targets == 1:
                own = (1,)
            name = indexed(layer.bias, *numbered, *own, largest=max(i, biases.size))
            back = "" if gradients is None else f" (← {self._written(gradients[j])})"
            texts.append(f"{name}: {rounded(float(biases[j]), self.digits + 1)}{back}")
        return texts

    def _written(self, value: float) -> str:
        return rounded(float(value), self.digits)

    def _known_span(self, values: Array | None) -> str:
        return "" if values is None else self._span(values).replace(" … ", " to ")

    def _span(self, values: Array) -> str:
        """Write the least and the largest finite value."""
        found = range_of(values)
        if not found.known:
            return "NaN"
        return f"{self._written(found.low)} … {self._written(found.high)}"


def _judged(text: str, value: Array | None, role: Role) -> Text:
    """Return a text that alarms where its value is NaN or infinite."""
    return Text(text, "alarm" if is_bad(value, None) else role)
