"""Keep what outlives an environment: each module is one kind of store."""
