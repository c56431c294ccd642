"""``bench``: how fast newsquote is on this machine, beside the plain way; nothing answers by it."""
