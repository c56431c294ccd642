"""A published index on disk: its files, how one is made current, listed, compared, cleared away."""
