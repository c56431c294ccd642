"""Buttons, menus and forms, which work after a restart too."""
