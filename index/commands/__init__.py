"""The index's commands, each in a module of its own, and how records are printed."""
