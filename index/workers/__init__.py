"""Embedding by many processes or machines: Ray Data hands texts out, vectors are kept at once."""
