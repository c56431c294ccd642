"""Which language a text is in: short news lines in seven languages, and what is in none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus.languages import tag

if TYPE_CHECKING:
    from pathlib import Path

    from indexed import RunPython

LINES = {
    "en": (
        "The government will raise the minimum wage by four per cent in April.",
        "Police arrested two men after a shop was robbed in the town centre.",
        "Heavy rain flooded dozens of homes along the river on Sunday night.",
        "The central bank left interest rates unchanged for a third month.",
        "Striking nurses return to work after a pay deal was reached.",
        "A fire destroyed a warehouse near the harbour, but nobody was hurt.",
        "The prime minister denied that taxes would go up next year.",
        "Scientists found water beneath the ice of a distant moon.",
        "The club sold its striker for 40 million euros.",
        "Shares in the airline fell sharply after it cut its forecast.",
        "Voters head to the polls in the first election since the war.",
        "Train services are suspended after a landslide blocked the line.",
    ),
    "de": (
        "Die Regierung will den Mindestlohn im April um vier Prozent anheben.",
        "Nach einem Überfall auf ein Geschäft nahm die Polizei zwei Männer fest.",
        "Starker Regen hat am Sonntag Dutzende Häuser am Fluss überflutet.",
        "Die Zentralbank lässt den Leitzins zum dritten Mal unverändert.",
        "Lokführer beenden Streik nach Einigung im Tarifstreit.",
        "Ein Brand zerstörte eine Lagerhalle am Hafen, verletzt wurde niemand.",
        "Der Kanzler schließt höhere Steuern im kommenden Jahr aus.",
        "Forscher entdecken Wasser unter dem Eis eines fernen Mondes.",
        "Der Verein verkauft seinen Stürmer für 40 Millionen Euro.",
        "Die Aktie der Fluglinie brach nach der Gewinnwarnung ein.",
        "Erste Wahl seit dem Krieg: Millionen gehen an die Urnen.",
        "Nach einem Erdrutsch fahren auf der Strecke keine Züge.",
    ),
    "es": (
        "El Gobierno subirá el salario mínimo un cuatro por ciento en abril.",
        "La policía detuvo a dos hombres tras el robo de una tienda en el centro.",
        "Las fuertes lluvias inundaron decenas de casas junto al río el domingo.",
        "El banco central mantiene los tipos de interés por tercer mes.",
        "Las enfermeras vuelven al trabajo tras alcanzar un acuerdo salarial.",
        "Un incendio destruyó un almacén cerca del puerto sin causar heridos.",
        "El presidente niega que vaya a subir los impuestos el próximo año.",
        "Científicos hallan agua bajo el hielo de una luna lejana.",
        "El club vende a su delantero por 40 millones de euros.",
        "Las acciones de la aerolínea cayeron tras recortar sus previsiones.",
        "Los votantes acuden a las urnas en las primeras elecciones desde la guerra.",
        "Suspendidos los trenes por un desprendimiento de tierra en la vía.",
    ),
    "fr": (
        "Le gouvernement relèvera le salaire minimum de quatre pour cent en avril.",
        "La police a arrêté deux hommes après le vol d'un magasin en centre-ville.",
        "De fortes pluies ont inondé des dizaines de maisons dimanche soir.",
        "La banque centrale maintient ses taux pour le troisième mois.",
        "Les infirmières reprennent le travail après un accord salarial.",
        "Un incendie a détruit un entrepôt près du port sans faire de blessés.",
        "Le Premier ministre dément toute hausse d'impôts l'an prochain.",
        "Des chercheurs découvrent de l'eau sous la glace d'une lune lointaine.",
        "Le club vend son attaquant pour 40 millions d'euros.",
        "L'action de la compagnie aérienne chute après un avertissement.",
        "Les électeurs se rendent aux urnes pour la première fois depuis la guerre.",
        "Circulation des trains interrompue par un glissement de terrain.",
    ),
    "pt": (
        "O governo vai aumentar o salário mínimo em quatro por cento em abril.",
        "A polícia prendeu dois homens depois de um assalto a uma loja.",
        "As chuvas fortes inundaram dezenas de casas junto ao rio no domingo.",
        "O banco central manteve as taxas de juro pelo terceiro mês.",
        "Enfermeiros voltam ao trabalho após acordo sobre salários.",
        "Um incêndio destruiu um armazém perto do porto, sem feridos.",
        "O primeiro-ministro nega que os impostos subam no próximo ano.",
        "Cientistas encontram água sob o gelo de uma lua distante.",
        "O clube vendeu o avançado por 40 milhões de euros.",
        "As ações da companhia aérea caíram depois do corte nas previsões.",
        "Eleitores vão às urnas nas primeiras eleições desde a guerra.",
        "Comboios suspensos devido a um deslizamento de terras na linha.",
    ),
    "it": (
        "Il governo aumenterà il salario minimo del quattro per cento ad aprile.",
        "La polizia ha arrestato due uomini dopo la rapina in un negozio.",
        "Le forti piogge hanno allagato decine di case lungo il fiume domenica.",
        "La banca centrale lascia i tassi invariati per il terzo mese.",
        "Gli infermieri tornano al lavoro dopo l'accordo sugli stipendi.",
        "Un incendio ha distrutto un magazzino vicino al porto, nessun ferito.",
        "Il premier smentisce un aumento delle tasse il prossimo anno.",
        "Gli scienziati trovano acqua sotto il ghiaccio di una luna lontana.",
        "Il club vende il suo attaccante per 40 milioni di euro.",
        "Il titolo della compagnia aerea crolla dopo il taglio delle stime.",
        "Elettori alle urne per le prime elezioni dopo la guerra.",
        "Treni sospesi per una frana che ha bloccato la linea.",
    ),
    "nl": (
        "De regering verhoogt het minimumloon in april met vier procent.",
        "De politie hield twee mannen aan na een overval op een winkel.",
        "Door zware regen liepen zondag tientallen huizen langs de rivier onder.",
        "De centrale bank laat de rente voor de derde maand ongewijzigd.",
        "Verpleegkundigen gaan weer aan het werk na een loonakkoord.",
        "Een brand verwoestte een loods bij de haven, niemand raakte gewond.",
        "De premier ontkent dat de belastingen volgend jaar omhooggaan.",
        "Wetenschappers vinden water onder het ijs van een verre maan.",
        "De club verkoopt zijn spits voor 40 miljoen euro.",
        "Het aandeel van de luchtvaartmaatschappij daalde na een winstwaarschuwing.",
        "Kiezers gaan naar de stembus voor het eerst sinds de oorlog.",
        "Geen treinen na een aardverschuiving op het spoor.",
    ),
}
OTHERS = {
    "ar": "سترفع الحكومة الحد الأدنى للأجور بنسبة أربعة في المئة",
    "cs": "Vláda v dubnu zvýší minimální mzdu o čtyři procenta.",
    "el": "Η κυβέρνηση θα αυξήσει τον κατώτατο μισθό τον Απρίλιο.",
    "ja": "政府は四月に最低賃金を四パーセント引き上げる方針を決めた。",
    "ko": "정부는 4월에 최저임금을 4퍼센트 인상하기로 했다고 밝혔다.",
    "pl": "Rząd podniesie płacę minimalną o cztery procent w kwietniu.",
    "ru": "Правительство повысит минимальную зарплату на четыре процента.",
    "sv": "Regeringen höjer minimilönen med fyra procent i april.",
    "tr": "Hükümet asgari ücreti nisan ayında yüzde dört artıracak.",
    "uk": "Уряд підвищить мінімальну зарплату на чотири відсотки у квітні.",
    "zh": "政府将于四月将最低工资提高百分之四，工会对此表示欢迎。",
}
IN_NONE = (
    "",
    "Reuters",
    "Rain in Oslo",
    "12.5 3,400 17% 2024-05-01",
    "Real Madrid 3-1 Bayern München",
    "Angela Merkel, Emmanuel Macron, Mario Draghi",
    "https://example.com/news/2024/05/a-b-c?id=3",
    "EUR/USD 1.0834 GBP/USD 1.2711",
    "AAPL MSFT GOOG AMZN NVDA META",
    "foo(bar); return x[i] += 1",
    "— — — — — — — — — — — — —",
)


@pytest.mark.parametrize("language", LINES)
def test_news_lines(language: str) -> None:
    """A dozen lines of some 60 letters in each language."""
    assert {line: tag(line) for line in LINES[language]} == dict.fromkeys(LINES[language], language)


@pytest.mark.parametrize("language", OTHERS)
def test_a_line_in_another_language(language: str) -> None:
    """Languages of other families and scripts are told, too."""
    assert tag(OTHERS[language]) == language


@pytest.mark.parametrize("text", IN_NONE)
def test_no_language_where_it_is_unsure(text: str) -> None:
    """Names, numbers, addresses, and too little to go by."""
    assert tag(text) is None


def test_capitals_are_read_as_letters() -> None:
    """Some agencies shout."""
    assert tag(LINES["de"][0].upper()) == "de"


def test_seeds_are_english(seeds: Path) -> None:
    """Every line of the project's own corpus."""
    lines = [line for file in seeds.glob("*.txt") for line in file.read_text("utf-8").splitlines()]
    assert {tag(line) for line in lines if line.strip()} == {"en"}


@given(st.text(st.characters(), max_size=400))
def test_any_text_has_one_tag_or_none(text: str) -> None:
    """Half a surrogate pair, marks alone, controls: a tag, the same each time, or None."""
    assert (found := tag(text)) is None or found.islower()
    assert tag(text) == found


def test_the_model_is_loaded_when_it_is_used(run_python: RunPython) -> None:
    """A program that imports the module doesn't wait for it."""
    done = run_python("import sys, index.corpus.languages; print('py3langid' in sys.modules)")
    assert done.stdout.strip() == "False", done.stderr
