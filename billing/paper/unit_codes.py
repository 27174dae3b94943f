"""Units as people write them in four languages, and as UN/ECE Rec. 20 codes them."""

from __future__ import annotations

ONE = "C62"
CODES = {
    "HUR": "h hr hrs hour hours heure heures std stunde stunden ora ore",
    "DAY": "d day days jour jours j tag tage tg giorno giorni gg",
    "MIN": "min minute minutes minuten minuto minuti",
    "WEE": "week weeks semaine semaines woche wochen settimana settimane",
    "MON": "month months mois monat monate mt mese mesi",
    "ANN": "year years an ans année années jahr jahre anno anni",
    "H87": "pc pcs piece pieces pce pces pièce pièces stk stück st pz pezzo pezzi",
    "KGM": "kg kilo kilos",
    "GRM": "g gr",
    "TNE": "t to tonne tonnes tonnen tonnellate",
    "KMT": "km",
    "MTR": "m",
    "MTK": "m2 m²",
    "MTQ": "m3 m³",
    "LTR": "l liter litre litres litro litri",
    "KWH": "kwh",
    "LS": "forfait pauschal pauschale pausch lump flat forfettario",
}
BY_WORD = {word: code for code, words in CODES.items() for word in words.split()}


def unit_code(unit: str) -> str:
    """The code of a unit; "one" for whatever is not known."""
    return BY_WORD.get(unit.strip().rstrip(".").casefold(), ONE)
