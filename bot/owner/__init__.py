"""What the bot's owner runs beside it: check-up, invitation, commands registered, feedback out."""
