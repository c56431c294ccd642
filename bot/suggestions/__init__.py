"""What Discord offers while somebody types, out of memory."""
