"""What a question asks for: its words, kind and time, and what it leans on."""
