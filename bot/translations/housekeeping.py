"""What the commands about the bot itself are called and say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.translations.languages import Texts

TABLES: Final[dict[str, dict[str, Texts]]] = {
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
