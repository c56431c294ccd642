"""Corpus → passages and vectors, only what is new; watching a corpus; what is doubtful in it."""
