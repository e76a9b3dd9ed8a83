"""Drawing: from the description of a graph to DOT and, where Graphviz is found, to pictures."""

from autograd_lite.drawing.graph import Graph, draw

__all__ = ["Graph", "draw"]
