"""What who runs the bot can see of it: is it alive, is it ready, and figures for Prometheus."""
