"""Candidates → the sentences that answer, how sure that is, and why."""
