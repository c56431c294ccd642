"""Discord's shards: how this process connects to its own, and which other processes there are."""
