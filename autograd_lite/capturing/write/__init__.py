"""Writing: a program as Python source, with names and comments."""
