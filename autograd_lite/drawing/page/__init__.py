"""Step by step: what each operation does, as a page, an animation, and arithmetic that lives."""
