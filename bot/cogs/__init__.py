"""How people reach the bot: each cog takes a request, asks the desk and sends what it gets."""
