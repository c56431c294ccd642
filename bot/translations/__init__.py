"""Names and descriptions of the commands in other languages than English."""
