"""How a request is let in, and how what is made of it reaches Discord."""
