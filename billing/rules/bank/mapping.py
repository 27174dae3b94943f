"""How the columns of a bank's CSV file are to be read: told, or guessed by name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing.rules.columns import plain_header
from billing.rules.refusals import RowError, gettext_noop, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

FIELDS = (
    "booked_on",
    "value_on",
    "amount",
    "credit",
    "debit",
    "currency",
    "balance",
    "name",
    "iban",
    "reference",
    "end_to_end",
    "bank_reference",
    "text",
)
# Headers without spaces, case and accents, the surest first; `text` takes all its own.
HEADERS = {
    "booked_on": """buchungsdatum buchungstag buchung bookingdate dateoperation
        datedoperation datedeloperation datecomptable datedecomptabilisation
        datacontabile dateoftransaction transactiondate transaktionsdatum
        bookedat abschlussdatum datum date data dateoperationcomptable""",
    "value_on": """valutadatum valutadate valuta wert wertstellung
        wertstellungsdatum valuedate datevaleur datedevaleur valeur datavaluta""",
    "amount": """betrag umsatz amount montant importo betragineur montantoperation
        montantdeloperation creditdebitamount""",
    "credit": """gutschrift gutschriften haben credit credits credito accredito
        montantcredit habenbetrag einnahmen moneyin avoir""",
    "debit": """belastung belastungen soll debit debits addebito montantdebit
        sollbetrag ausgaben moneyout lastschrift""",
    "currency": "wahrung waehrung whg currency devise monnaie moneta divisa",
    "balance": """saldo kontostand saldonachbuchung balance solde runningbalance
        saldoinwahrung""",
    "name": """beguenstigterzahlungspflichtiger namezahlungsbeteiligter
        zahlungsbeteiligter auftraggeberbeguenstigter auftraggeberempfanger
        begunstigterauftraggeber zahlungspflichtiger zahlungspflichtige auftraggeber
        auftraggebername zahlungspflichtigerempfanger counterparty counterpartyname
        payer contrepartie nomcontrepartie donneurdordre nom name ordinante""",
    "iban": """ibanzahlungsbeteiligter kontonummeriban ibankontonummer ibanauftraggeber
        gegenkonto gegeniban counterpartyiban counterpartyaccount comptecontrepartie
        ibancontrepartie kontonummer iban""",
    "reference": """qrreferenz zahlungsreferenz esrreferenz referenznummer referenz
        reference paymentreference referencedepaiement referencepaiement riferimento
        glaubigerreferenz""",
    "end_to_end": """endtoendreferenz kundenreferenzendtoend endtoendid endtoend
        referenceendtoend referencedeboutenbout e2ereferenz""",
    "bank_reference": """transaktionsnr transaktionsnummer transactionno transactionid
        transactionnumber notransaction nodetransaction numerodetransaction
        bankreferenz bankreferenznummer zkbreferenz referencebanque
        idtransaction""",
    "text": """verwendungszweck zahlungszweck mitteilung mitteilungen buchungstext
        avisierungstext libelle libelleoperation libelledeloperation libellesimple
        beschreibung beschreibung1 beschreibung2 beschreibung3 fussnoten text
        description description1 description2 description3 details
        detail informations communication motif motivodelpagamento causale
        descrizione remittanceinformation vorgangverwendungszweck""",
}
# Some banks write the currency of the account into the names of the columns.
WITH_CURRENCY = re.compile(r"(?:in|en)?(?:chf|euros?|eur|usd|gbp)$")


@dataclass(frozen=True, slots=True)
class Mapping:
    """Field to header (see FIELDS); the account and currency the file does not tell.

    `amount` is one signed column, or else `credit` and `debit` are two. More than one
    header for a field is given as a list: the texts are joined. `date_format` (such
    as %m/%d/%Y) is for dates that can be read two ways.
    """

    columns: dict[str, str | list[str]] = field(default_factory=dict)
    date_format: str = ""
    iban: str = ""
    currency: str = ""

    def headers(self, name: str) -> list[str]:
        """The headers of a field, none or more."""
        found = self.columns.get(name) or []
        return [found] if isinstance(found, str) else [h for h in found if h]


def guess_mapping(head: Sequence[str]) -> dict[str, str | list[str]]:
    """Field to header, as far as the headers say; no header is used twice."""
    plain = {_plain(header): header for header in reversed(head)}
    found: dict[str, str | list[str]] = {}
    for name in FIELDS:
        fitting = [plain[w] for w in HEADERS[name].split() if w in plain]
        if name == "text" and fitting:
            found[name] = sorted(fitting, key=list(head).index)
        elif fitting:
            found[name] = fitting[0]
    if "credit" in found and "debit" in found:
        # The amount beside them is that of a part, or in another currency.
        found.pop("amount", None)
    return found


def is_readable(columns: dict[str, str | list[str]]) -> bool:
    """Whether there is a day and an amount."""
    return bool(
        (columns.get("booked_on") or columns.get("value_on"))
        and (columns.get("amount") or columns.get("credit"))
    )


def mapping_errors(mapping: Mapping, head: Sequence[str]) -> list[RowError]:
    """What is wrong with a mapping for a file with these headers."""
    headers = shown(", ".join(head), 400)
    errors = [
        RowError(
            1,
            name,
            gettext_noop("The file has no column “%(header)s”: %(headers)s."),
            {"header": shown(header), "headers": headers},
        )
        for name in FIELDS
        for header in mapping.headers(name)
        if header not in head
    ]
    message = gettext_noop("No column was found for it among: %(headers)s.")
    if not mapping.headers("booked_on") and not mapping.headers("value_on"):
        errors.append(RowError(1, "booked_on", message, {"headers": headers}))
    if not mapping.headers("amount") and not mapping.headers("credit"):
        errors.append(RowError(1, "amount", message, {"headers": headers}))
    return errors


def _plain(header: str) -> str:
    plain = plain_header(header)
    return WITH_CURRENCY.sub("", plain) or plain
