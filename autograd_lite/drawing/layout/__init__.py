"""The built-in layout: where every mark, line and word of a scene stands."""
