"""Who may ask, where, how often, and of what."""
