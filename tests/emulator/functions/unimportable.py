"""A module of a function that fails at its import."""

raise RuntimeError("no configuration")
