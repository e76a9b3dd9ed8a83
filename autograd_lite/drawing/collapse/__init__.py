"""Large graphs made small: groups as one node, what repeats drawn once."""
