"""Reading the corpus: one small module a format, each turning a file into snippets."""
