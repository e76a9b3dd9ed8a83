"""Networks of neurons: recognised in a description, drawn a column per layer."""
