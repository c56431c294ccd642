"""What /watch is called and says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.translations.languages import Texts

TABLES: Final[dict[str, dict[str, Texts]]] = {
    "watch": {
        "watch": ("beobachten", "vigilar", "veille", "vigiar"),
        "Post what is new in the sources on a saved query.": (
            "Posten, was die Quellen Neues zu einer gespeicherten Suche haben.",
            "Publicar lo nuevo de las fuentes sobre una búsqueda guardada.",
            "Publier ce que les sources ont de nouveau sur une recherche enregistrée.",
            "Publicar o que há de novo nas fontes sobre uma busca salva.",
        ),
        "add": ("hinzufügen", "añadir", "ajouter", "adicionar"),
        "Post what is new on a query, each passage once.": (
            "Posten, was zu einer Suche neu ist, jede Textstelle einmal.",
            "Publicar lo nuevo sobre una búsqueda, cada pasaje una vez.",
            "Publier ce qu'il y a de nouveau sur une recherche, chaque passage une fois.",
            "Publicar o que há de novo sobre uma busca, cada trecho uma vez.",
        ),
        "query": ("suchtext", "consulta", "requête", "consulta"),
        "What to wait for: words, a question?, source:reuters": (
            "Worauf gewartet wird: Wörter, eine Frage?, source:reuters",
            "Qué esperar: palabras, ¿una pregunta?, source:reuters",
            "Ce qu'il faut guetter : des mots, une question ?, source:reuters",
            "O que esperar: palavras, uma pergunta?, source:reuters",
        ),
        "channel": ("kanal", "canal", "salon", "canal"),
        "Where to post; left out: here": (
            "Wo gepostet wird; ohne Angabe: hier",
            "Dónde publicar; si se omite: aquí",
            "Où publier ; sans indication : ici",
            "Onde publicar; se omitido: aqui",
        ),
        "role": ("rolle", "rol", "rôle", "cargo"),
        "Whom to mention with each post": (
            "Wer bei jedem Beitrag erwähnt wird",
            "A quién mencionar en cada publicación",
            "Qui mentionner à chaque publication",
            "Quem mencionar em cada publicação",
        ),
        "words": ("wörter", "palabras", "mots", "palavras"),
        "How many of the words a passage must have": (
            "Wie viele der Wörter eine Textstelle haben muss",
            "Cuántas de las palabras debe tener un pasaje",
            "Combien de ces mots un passage doit contenir",
            "Quantas das palavras um trecho deve ter",
        ),
        "digest": ("täglich", "diario", "quotidien", "diário"),
        "Post once a day at this hour (0 to 23) instead of at once": (
            "Einmal am Tag zu dieser Stunde (0 bis 23) posten statt sofort",
            "Publicar una vez al día a esta hora (0 a 23) en vez de al instante",
            "Publier une fois par jour à cette heure (0 à 23) plutôt que tout de suite",
            "Publicar uma vez por dia a esta hora (0 a 23) em vez de na hora",
        ),
        "quiet-from": ("ruhe-ab", "silencio-desde", "silence-dès", "silêncio-desde"),
        "Post nothing from this hour on (0 to 23) …": (
            "Ab dieser Stunde (0 bis 23) nichts posten …",
            "No publicar nada desde esta hora (0 a 23) …",
            "Ne rien publier à partir de cette heure (0 à 23) …",
            "Não publicar nada a partir desta hora (0 a 23) …",
        ),
        "quiet-to": ("ruhe-bis", "silencio-hasta", "silence-jusqu'à", "silêncio-até"),
        "… until this hour (0 to 23)": (
            "… bis zu dieser Stunde (0 bis 23)",
            "… hasta esta hora (0 a 23)",
            "… jusqu'à cette heure (0 à 23)",
            "… até esta hora (0 a 23)",
        ),
        "timezone": ("zeitzone", "zona-horaria", "fuseau", "fuso"),
        "Whose hours these are, as in Europe/Berlin; left out: UTC": (
            "Wessen Stunden das sind, etwa Europe/Berlin; ohne Angabe: UTC",
            "De qué zona son las horas, como Europe/Madrid; si se omite: UTC",
            "De quel fuseau sont ces heures, comme Europe/Paris ; sinon : UTC",
            "De que fuso são as horas, como America/Sao_Paulo; se omitido: UTC",
        ),
        "list": ("liste", "lista", "liste", "lista"),
        "List what this server watches, and whether it works.": (
            "Auflisten, was dieser Server beobachtet und ob es funktioniert.",
            "Listar lo que vigila este servidor y si funciona.",
            "Lister ce que ce serveur guette, et si cela fonctionne.",
            "Listar o que este servidor vigia e se funciona.",
        ),
        "remove": ("entfernen", "quitar", "retirer", "remover"),
        "Watch a query no more.": (
            "Eine Suche nicht mehr beobachten.",
            "Dejar de vigilar una búsqueda.",
            "Ne plus guetter une recherche.",
            "Deixar de vigiar uma busca.",
        ),
        "Which one": ("Welche", "Cuál", "Laquelle", "Qual"),
    },
}
