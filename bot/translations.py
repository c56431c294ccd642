"""Names and descriptions of the commands in other languages: one table a command.

Discord shows whoever has set such a language these instead; replies stay English. A table maps what
the command says in English to German, Spanish, French and Portuguese. Names are at most 32
characters and, but for those of a message's menus, lower case; descriptions at most 100.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from discord import Locale, app_commands

if TYPE_CHECKING:
    Texts = tuple[str, str, str, str]

LOCALES: Final = {
    Locale.german: 0,
    Locale.spain_spanish: 1,
    Locale.latin_american_spanish: 1,
    Locale.french: 2,
    Locale.brazil_portuguese: 3,
}
"""Which column of a table is for which of Discord's languages."""
LANGUAGES: Final = ("German", "Spanish", "French", "Portuguese")
"""What the columns are called."""

_PRIVATE: Final[Texts] = ("privat", "privado", "privé", "privado")

_FILTERS: Final[dict[str, Texts]] = {
    "source": ("quelle", "fuente", "source", "fonte"),
    "Only outlets whose name begins so": (
        "Nur Medien, deren Name so beginnt",
        "Solo medios cuyo nombre empieza así",
        "Seulement les médias dont le nom commence ainsi",
        "Só veículos cujo nome começa assim",
    ),
    "after": ("ab", "desde", "depuis", "desde"),
    "Only what was published then or later: 2024-05-01, 2024-05, yesterday, 7d": (
        "Nur was dann oder später erschien: 2024-05-01, 2024-05, yesterday, 7d",
        "Solo lo publicado entonces o después: 2024-05-01, 2024-05, yesterday, 7d",
        "Seulement ce qui a paru alors ou après : 2024-05-01, 2024-05, yesterday, 7d",
        "Só o que foi publicado então ou depois: 2024-05-01, 2024-05, yesterday, 7d",
    ),
    "before": ("vor", "antes", "avant", "antes"),
    "Only what was published before then: 2024-05-01, 2024-05, yesterday, 7d": (
        "Nur was davor erschien: 2024-05-01, 2024-05, yesterday, 7d",
        "Solo lo publicado antes: 2024-05-01, 2024-05, yesterday, 7d",
        "Seulement ce qui a paru avant : 2024-05-01, 2024-05, yesterday, 7d",
        "Só o que foi publicado antes: 2024-05-01, 2024-05, yesterday, 7d",
    ),
}
_PASSAGE_ID: Final[dict[str, Texts]] = {
    "id": ("id", "id", "id", "id"),
    "The id of a passage, as a timeline shows it": (
        "Die Id einer Textstelle, wie eine Chronik sie zeigt",
        "El id de un pasaje, como lo muestra una cronología",
        "L'id d'un passage, tel que l'affiche une chronologie",
        "O id de um trecho, como uma cronologia o mostra",
    ),
}

TABLES: Final[dict[str, dict[str, Texts]]] = {
    "ask": {
        "ask": ("frage", "preguntar", "demander", "perguntar"),
        "Answer a question with quotes from the sources.": (
            "Eine Frage mit Zitaten aus den Quellen beantworten.",
            "Responder a una pregunta con citas de las fuentes.",
            "Répondre à une question par des citations des sources.",
            "Responder a uma pergunta com citações das fontes.",
        ),
        "question": ("frage", "pregunta", "question", "pergunta"),
        "What do you want to know?": (
            "Was möchtest du wissen?",
            "¿Qué quieres saber?",
            "Que voulez-vous savoir ?",
            "O que você quer saber?",
        ),
        "private": _PRIVATE,
        "Show the answer to you alone": (
            "Die Antwort nur dir zeigen",
            "Mostrar la respuesta solo a ti",
            "Ne montrer la réponse qu'à vous",
            "Mostrar a resposta só para você",
        ),
    },
    "search": {
        "search": ("suche", "buscar", "chercher", "buscar"),
        "List the passages that match a query.": (
            "Die Textstellen auflisten, die zu einer Suche passen.",
            "Listar los pasajes que coinciden con una búsqueda.",
            "Lister les passages qui correspondent à une recherche.",
            "Listar os trechos que correspondem a uma busca.",
        ),
        "query": ("suchtext", "consulta", "requête", "consulta"),
        'What do you look for? Words, "an exact phrase", -without': (
            'Wonach suchst du? Wörter, "ein genauer Wortlaut", -ohne',
            '¿Qué buscas? Palabras, "una frase exacta", -sin',
            'Que cherchez-vous ? Des mots, "une phrase exacte", -sans',
            'O que você procura? Palavras, "uma frase exata", -sem',
        ),
        **_FILTERS,
        "sort": ("reihenfolge", "orden", "ordre", "ordem"),
        "What comes first": (
            "Was zuerst kommt",
            "Qué va primero",
            "Ce qui vient en premier",
            "O que vem primeiro",
        ),
        "private": _PRIVATE,
        "Show the result to you alone": (
            "Das Ergebnis nur dir zeigen",
            "Mostrar el resultado solo a ti",
            "Ne montrer le résultat qu'à vous",
            "Mostrar o resultado só para você",
        ),
    },
    "timeline": {
        "timeline": ("chronik", "cronología", "chronologie", "cronologia"),
        "Quote what the sources say of a topic over time, a quote a day.": (
            "Zitieren, was die Quellen mit der Zeit zu einem Thema sagen, ein Zitat je Tag.",
            "Citar lo que dicen las fuentes de un tema con el tiempo, una cita por día.",
            "Citer ce que les sources disent d'un sujet au fil du temps, une citation par jour.",
            "Citar o que as fontes dizem de um tema ao longo do tempo, uma citação por dia.",
        ),
        "topic": ("thema", "tema", "sujet", "tema"),
        "What is it about?": (
            "Worum geht es?",
            "¿De qué se trata?",
            "De quoi s'agit-il ?",
            "De que se trata?",
        ),
        **_FILTERS,
    },
    "cite": {
        "cite": ("zitiere", "citar", "citer", "citar"),
        "Show one passage with what stands before and after it in its source.": (
            "Eine Textstelle zeigen und was in ihrer Quelle davor und danach steht.",
            "Mostrar un pasaje y lo que está antes y después en su fuente.",
            "Montrer un passage et ce qui le précède et le suit dans sa source.",
            "Mostrar um trecho e o que vem antes e depois dele na fonte.",
        ),
        **_PASSAGE_ID,
    },
    "verify": {
        "verify": ("prüfe", "verificar", "vérifier", "verificar"),
        "Check one passage against its file again: place, bytes and hashes.": (
            "Eine Textstelle erneut mit ihrer Datei vergleichen: Ort, Bytes und Hashes.",
            "Volver a comparar un pasaje con su archivo: lugar, bytes y hashes.",
            "Comparer de nouveau un passage à son fichier : lieu, octets et empreintes.",
            "Comparar de novo um trecho com seu arquivo: lugar, bytes e hashes.",
        ),
        **_PASSAGE_ID,
    },
    "sources": {
        "sources": ("quellen", "fuentes", "sources", "fontes"),
        "List which outlets and dates are indexed, with a chart.": (
            "Auflisten, welche Medien und Tage erfasst sind, mit einem Diagramm.",
            "Listar qué medios y fechas están indexados, con un gráfico.",
            "Lister les médias et les dates indexés, avec un graphique.",
            "Listar quais veículos e datas estão indexados, com um gráfico.",
        ),
    },
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
    "Find coverage": {
        "Find coverage": (
            "Berichte dazu suchen",
            "Buscar cobertura",
            "Chercher des articles",
            "Buscar cobertura",
        ),
    },
    "Verify quote": {
        "Verify quote": (
            "Zitat prüfen",
            "Verificar cita",
            "Vérifier la citation",
            "Verificar citação",
        ),
    },
    "about": {
        "about": ("über", "acerca", "à-propos", "sobre"),
        "Say what is indexed, as of when, and which snapshot answers.": (
            "Sagen, was erfasst ist, von wann es ist und welcher Stand antwortet.",
            "Decir qué está indexado, de cuándo es y qué versión responde.",
            "Dire ce qui est indexé, de quand cela date et quelle version répond.",
            "Dizer o que está indexado, de quando é e qual versão responde.",
        ),
    },
    "help": {
        "help": ("hilfe", "ayuda", "aide", "ajuda"),
        "List the commands and what they do.": (
            "Die Befehle auflisten, und was sie tun.",
            "Listar los comandos y lo que hacen.",
            "Lister les commandes et ce qu'elles font.",
            "Listar os comandos e o que fazem.",
        ),
    },
    "config": {
        "config": ("einstellungen", "configuración", "configuration", "configuração"),
        "Set up this server: where, who, how answers are given, what is searched.": (
            "Diesen Server einrichten: wo, wer, wie geantwortet und was durchsucht wird.",
            "Configurar este servidor: dónde, quién, cómo se responde y en qué se busca.",
            "Régler ce serveur : où, qui, comment répondre et où chercher.",
            "Configurar este servidor: onde, quem, como se responde e onde se busca.",
        ),
    },
    "privacy": {
        "privacy": ("datenschutz", "privacidad", "confidentialité", "privacidade"),
        "Say what this bot stores, where and for how long.": (
            "Sagen, was dieser Bot speichert, wo und wie lange.",
            "Decir qué guarda este bot, dónde y por cuánto tiempo.",
            "Dire ce que ce bot conserve, où et combien de temps.",
            "Dizer o que este bot guarda, onde e por quanto tempo.",
        ),
    },
    "forget": {
        "forget": ("vergessen", "olvidar", "oublier", "esquecer"),
        "Delete what this bot has stored about you.": (
            "Löschen, was dieser Bot über dich gespeichert hat.",
            "Borrar lo que este bot ha guardado sobre ti.",
            "Supprimer ce que ce bot a conservé à votre sujet.",
            "Apagar o que este bot guardou sobre você.",
        ),
    },
}


class Translator(app_commands.Translator):
    """Looks a text up in its command's table; what is not there stays English."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the text in a language, None where there is none."""
        column = LOCALES.get(locale)
        texts = TABLES.get(_command(context.data), {}).get(string.message)
        return texts[column] if texts and column is not None else None


def _command(data: Any) -> str:
    """Name the command that a name, a description or an option is of."""
    # An option knows its command; a group has a method of that name.
    command = data.command if isinstance(data, app_commands.Parameter) else data
    if isinstance(command, app_commands.ContextMenu):
        return command.name
    # A subcommand is in the table of its group.
    return str(getattr(command, "qualified_name", "")).partition(" ")[0]
