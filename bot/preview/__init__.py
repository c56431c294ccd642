"""The bot tried without Discord: simcord's Discord in memory, shown by a web page on this machine.

``room`` runs the bot, ``gate`` lets in whoever has the link, ``front`` serves the page.
"""
