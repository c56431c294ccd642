"""Watches: saved queries, what is new for them, and when and where it is posted."""
