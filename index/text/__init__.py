"""How words and sentences are read: terms, forms, spelling, sentence ends, what points back."""
