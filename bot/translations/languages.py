"""The languages that commands are translated to, and which of Discord's each is for."""

from __future__ import annotations

from typing import Final

from discord import Locale

Texts = tuple[str, str, str, str]
"""One text in German, Spanish, French and Portuguese."""

LOCALES: Final = {
    Locale.german: 0,
    Locale.spain_spanish: 1,
    Locale.latin_american_spanish: 1,
    Locale.french: 2,
    Locale.brazil_portuguese: 3,
}
"""Which text of :data:`Texts` is for which of Discord's languages."""
LANGUAGES: Final = ("German", "Spanish", "French", "Portuguese")
"""What the languages of :data:`Texts` are called."""
