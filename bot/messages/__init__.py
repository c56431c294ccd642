"""Messages that ask us: whether, what, after which answer, and one reply that follows each."""
