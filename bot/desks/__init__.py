"""Where requests are worked on: each desk takes one and hands back a layout, ready to send."""
