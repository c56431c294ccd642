"""How Discord hears the corpus: the bot, its settings and the newsquote command."""
