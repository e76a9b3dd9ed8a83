"""Testing operations: hypothesis strategies for shapes, dtypes and memory layouts."""
