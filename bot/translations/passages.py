"""What is called that looks one passage up or lists them: /cite, /verify, /sources, the menus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.translations.languages import Texts

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
}
