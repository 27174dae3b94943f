"""The VAT rates that firms of a country usually charge, and why they charge none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

DEFAULT = "standard"
CATEGORIES = {
    "exempt": "E",
    "small": "E",
    "reverse": "AE",
    "eu": "K",
    "export": "G",
    "outside": "O",
}
LETTERS = {"exempt": "E", "small": "F", "reverse": "R", "eu": "K", "export": "X"}
OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class UsualRate:
    """A rate as a country's law has it; `kind` is what it is called by."""

    code: str
    kind: str
    percent: Decimal
    category: str = "S"
    reason: str = ""


# Rates in force since 2024; the highest one is the standard rate.
TAXED: dict[str, list[tuple[str, str]]] = {
    "CH": [("8.1", "standard"), ("2.6", "reduced"), ("3.8", "lodging")],
    "LI": [("8.1", "standard"), ("2.6", "reduced"), ("3.8", "lodging")],
    "FR": [
        ("20", "standard"),
        ("10", "intermediate"),
        ("5.5", "reduced"),
        ("2.1", "super_reduced"),
    ],
    "DE": [("19", "standard"), ("7", "reduced"), ("0", "zero")],
    "AT": [("20", "standard"), ("13", "intermediate"), ("10", "reduced")],
    "IT": [
        ("22", "standard"),
        ("10", "intermediate"),
        ("5", "reduced"),
        ("4", "super_reduced"),
    ],
    "BE": [("21", "standard"), ("12", "intermediate"), ("6", "reduced"), ("0", "zero")],
    "LU": [
        ("17", "standard"),
        ("14", "intermediate"),
        ("8", "reduced"),
        ("3", "super_reduced"),
    ],
}
# What the paper must say where no VAT is charged, in the words of the country's law.
REASONS: dict[str, dict[str, str]] = {
    "CH": {
        "exempt": "Art. 21 LTVA / MWSTG",
        "export": "Art. 23 LTVA / MWSTG",
        "outside": "Art. 8 LTVA / MWSTG",
    },
    "LI": {
        "exempt": "Art. 21 MWSTG",
        "export": "Art. 23 MWSTG",
        "outside": "Art. 8 MWSTG",
    },
    "FR": {
        "exempt": "Exonération de TVA, art. 261 du CGI",
        "small": "TVA non applicable, art. 293 B du CGI",
        "reverse": "Autoliquidation, art. 283 du CGI",
        "eu": "Exonération de TVA, art. 262 ter, I du CGI",
        "export": "Exonération de TVA, art. 262, I du CGI",
        "outside": "TVA non applicable, art. 259-1 du CGI",
    },
    "DE": {
        "exempt": "Steuerfrei nach § 4 UStG",
        "small": "Steuerfrei für Kleinunternehmer, § 19 UStG",
        "reverse": "Steuerschuldnerschaft des Leistungsempfängers, § 13b UStG",
        "eu": "Steuerfreie innergemeinschaftliche Lieferung, § 4 Nr. 1b UStG",
        "export": "Steuerfreie Ausfuhrlieferung, § 4 Nr. 1a UStG",
        "outside": "Nicht im Inland steuerbar, § 3a Abs. 2 UStG",
    },
    "AT": {
        "exempt": "Steuerfrei nach § 6 UStG",
        "small": "Steuerfrei für Kleinunternehmer, § 6 Abs. 1 Z 27 UStG",
        "reverse": "Übergang der Steuerschuld, § 19 UStG",
        "eu": "Steuerfreie innergemeinschaftliche Lieferung, Art. 7 UStG",
        "export": "Steuerfreie Ausfuhrlieferung, § 7 UStG",
        "outside": "Nicht im Inland steuerbar, § 3a Abs. 6 UStG",
    },
    "IT": {
        "exempt": "Operazione esente, art. 10 DPR 633/72",
        "small": "Operazione senza IVA, art. 1 c. 54-89 L. 190/2014",
        "reverse": "Inversione contabile, art. 17 DPR 633/72",
        "eu": "Non imponibile, art. 41 DL 331/93",
        "export": "Non imponibile, art. 8 DPR 633/72",
        "outside": "Operazione non soggetta, art. 7-ter DPR 633/72",
    },
    "BE": {
        "exempt": "Exemption, art. 44 CTVA / Vrijstelling, art. 44 WBTW",
        "small": "Régime de la franchise, art. 56bis CTVA / Vrijstelling, WBTW",
        "reverse": "Autoliquidation / Btw verlegd, art. 51 § 2 CTVA / WBTW",
        "eu": "Exemption, art. 39bis CTVA / Vrijstelling, art. 39bis WBTW",
        "export": "Exemption, art. 39 CTVA / Vrijstelling, art. 39 WBTW",
        "outside": "Non soumis, art. 21 § 2 CTVA / Niet onderworpen, WBTW",
    },
    "LU": {
        "exempt": "Exonération de TVA, art. 44 de la loi TVA",
        "small": "Régime de franchise des petites entreprises, art. 57 de la loi TVA",
        "reverse": "Autoliquidation, art. 196 de la directive 2006/112/CE",
        "eu": "Exonération, art. 138 de la directive 2006/112/CE",
        "export": "Exonération, art. 146 de la directive 2006/112/CE",
        "outside": "Hors champ, art. 44 de la directive 2006/112/CE",
    },
}
COUNTRIES = tuple(TAXED)


def usual_rates(country: str) -> list[UsualRate]:
    """The rates of a country, its standard rate first, then the reasons to charge none.

    A country that is not known has one: outside the scope of VAT. Codes begin with
    the country, so that those of several can stand side by side.
    """
    taxed = [
        UsualRate(
            f"{country}{percent}",
            kind,
            Decimal(percent),
            "Z" if kind == "zero" else "S",
        )
        for percent, kind in TAXED.get(country, [])
    ]
    free = [
        UsualRate(
            f"{country}-{LETTERS.get(kind, OUTSIDE)}",
            kind,
            Decimal(0),
            CATEGORIES[kind],
            reason,
        )
        for kind, reason in REASONS.get(country, {"outside": "–"}).items()
    ]
    return taxed + free
