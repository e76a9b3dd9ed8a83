"""Drawing: a description becomes a scene, and a scene a picture, a page or an animation."""

from autograd_lite.drawing.graph import Graph, draw

__all__ = ["Graph", "draw"]
