"""Words → passages: BM25 over the terms that each passage is found by."""
