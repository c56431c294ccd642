"""What is said, as Markdown inside Discord's limits. Pure, but for the chart."""
