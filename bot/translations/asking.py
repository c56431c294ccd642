"""What /ask, /search and /timeline are called and say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.translations.languages import Texts

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
}
