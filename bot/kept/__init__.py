"""What stays over a restart: the tables, and one module for what each of them is for."""
