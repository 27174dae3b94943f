"""Which column of a file holds what: given by a person, or guessed by its header."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from billing.rules.refusals import RowError, gettext_noop, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REQUIRED = ("number", "client", "issued_on", "due_on", "total")
# Headers in English, French and German without spaces, case and accents; the
# surest first. Umlauts also come written out (faelligkeit).
HEADERS = {
    "number": """invoicenumber invoiceno invoicenr invoiceid
        numerofacture numerodefacture nofacture nfacture
        rechnungsnummer rechnungsnr rechnungnr belegnummer belegnr
        documentnumber documentno number numero nummer no nr
        invoice facture rechnung""",
    "client": """customerid customernumber customerno customernr
        clientid clientnumber clientno clientnr debtorid debtornumber
        numeroclient numerodeclient noclient nclient codeclient
        kundennummer kundennr kundenid debitorennummer debitornr
        client customer debtor debiteur kunde debitor""",
    "client_name": """clientname customername debtorname
        nomclient nomduclient nomdeclient raisonsociale kundenname firmenname
        name nom firma societe company companyname bezeichnung
        client customer debtor debiteur kunde debitor""",
    "email": """email emailaddress mail customeremail clientemail
        courriel adressemail adresseemail emailclient emailadresse mailadresse""",
    "language": "language lang languagecode langue sprache sprachcode",
    "issued_on": """issuedon invoicedate issuedate dateissued dateofinvoice issued
        datefacture datedefacture datedelafacture datedemission emisele
        rechnungsdatum belegdatum ausgestelltam documentdate date datum""",
    "due_on": """dueon duedate datedue due paymentdue
        echeance datedecheance dateecheance echeancele
        falligkeit faelligkeit falligkeitsdatum faelligkeitsdatum falligam faelligam
        zahlbarbis""",
    "total": """total invoiceamount invoicetotal totalamount amount grandtotal gross
        grossamount montant montanttotal montantttc totalttc ttc montantfacture
        betrag rechnungsbetrag gesamtbetrag bruttobetrag brutto summe gesamt""",
    "currency": """currency currencycode invoicecurrency devise monnaie
        wahrung waehrung""",
    "paid_on": """paidon settleddate settledon datesettled paiddate paymentdate
        datepaid dateofpayment datepaiement datedepaiement datereglement
        datedereglement payele regleele zahlungsdatum bezahltam zahldatum
        zahlungseingang ausgeglichenam""",
    "paid": """paid paidamount amountpaid amountsettled
        paye montantpaye montantregle regle bezahlt bezahlterbetrag gezahlt""",
    "disputed": """disputed dispute indispute isdisputed
        litige enlitige conteste strittig bestritten instreit""",
}
FIELDS = tuple(HEADERS)


def guess_columns(headers: Sequence[str]) -> dict[str, str]:
    """Field to header, as far as the headers say; no header is used twice."""
    plain = {plain_header(header): header for header in reversed(headers) if header}
    found: dict[str, str] = {}
    for field in FIELDS:
        names = HEADERS[field].split()
        free = (n for n in names if n in plain and plain[n] not in found.values())
        if name := next(free, ""):
            found[field] = plain[name]
    return found


def match_columns(
    headers: Sequence[str], given: Mapping[str, str]
) -> tuple[dict[str, str], list[RowError]]:
    """The columns to read: those given, the rest guessed; and what is wrong with them.

    A field given an empty header is left out. A header that the file does not
    have, or has twice, is an error, as is a required field without a column.
    """
    taken = set(given.values())
    guessed = guess_columns([h for h in headers if h not in taken])
    columns = {f: h for f, h in {**guessed, **given}.items() if h}
    errors = []
    for field, header in columns.items():
        if header not in headers:
            message = gettext_noop("The file has no column “%(header)s”: %(headers)s.")
        elif headers.count(header) > 1:
            message = gettext_noop("The file has the column “%(header)s” twice.")
        else:
            continue
        details = {"header": shown(header), "headers": shown(", ".join(headers), 400)}
        errors.append(RowError(1, field, message, details))
    message = gettext_noop("No column was found for it among: %(headers)s.")
    errors += [
        RowError(1, field, message, {"headers": shown(", ".join(headers), 400)})
        for field in REQUIRED
        if field not in columns
    ]
    return columns, errors


def plain_header(header: str) -> str:
    """A header in small letters without spaces, signs and accents."""
    apart = unicodedata.normalize("NFD", header.casefold().replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]", "", apart)
