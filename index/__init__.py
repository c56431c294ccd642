"""What the corpus says: reading, passages, retrieval, quoting and refusing.

A plain library: it knows no Discord, no event loop and no settings. The way through it is
``file → Snippet → Passage → vector → Hit → Quote → Answer``; each arrow is one function with
one owner, and data never turns back.
"""
