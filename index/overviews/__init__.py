"""More than one answer: timelines, lists, what is indexed, what is new for a saved query."""
