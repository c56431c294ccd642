"""Text → vector: one protocol, a fast runtime for the packaged model, one for any other."""
