"""A file of spellings for each family: what is not NumPy's name in JAX, and all of PyTorch's."""
