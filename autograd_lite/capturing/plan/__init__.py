"""Planning: fewer calls, an order for them, a place in memory for every value."""
