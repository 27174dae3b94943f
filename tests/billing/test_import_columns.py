"""Which column holds what: guessed from headers in three languages, or given."""

from __future__ import annotations

import pytest

from billing.rules.columns import FIELDS, guess_columns, match_columns

REAL = [
    *("countryCode", "customerID", "PaperlessDate", "invoiceNumber", "InvoiceDate"),
    *("DueDate", "InvoiceAmount", "Disputed", "SettledDate", "PaperlessBill"),
    *("DaysToSettle", "DaysLate"),
]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (list(FIELDS), {name: name for name in FIELDS}),
        (
            REAL,
            {
                "number": "invoiceNumber",
                "client": "customerID",
                "issued_on": "InvoiceDate",
                "due_on": "DueDate",
                "total": "InvoiceAmount",
                "paid_on": "SettledDate",
                "disputed": "Disputed",
            },
        ),
        (
            [
                "N° facture",
                "N° client",
                "Client",
                "Date de facture",
                "Échéance",
                "Montant TTC",
                "Devise",
                "Date de paiement",
                "Litige",
                "Courriel",
            ],
            {
                "number": "N° facture",
                "client": "N° client",
                "client_name": "Client",
                "issued_on": "Date de facture",
                "due_on": "Échéance",
                "total": "Montant TTC",
                "currency": "Devise",
                "paid_on": "Date de paiement",
                "disputed": "Litige",
                "email": "Courriel",
            },
        ),
        (
            [
                "Rechnungs-Nr.",
                "Kunden-Nr.",
                "Firma",
                "Rechnungsdatum",
                "Fällig am",
                "Betrag",
                "Währung",
                "Bezahlt am",
                "Bezahlt",
                "Strittig",
                "Sprache",
            ],
            {
                "number": "Rechnungs-Nr.",
                "client": "Kunden-Nr.",
                "client_name": "Firma",
                "issued_on": "Rechnungsdatum",
                "due_on": "Fällig am",
                "total": "Betrag",
                "currency": "Währung",
                "paid_on": "Bezahlt am",
                "paid": "Bezahlt",
                "disputed": "Strittig",
                "language": "Sprache",
            },
        ),
        (
            ["Invoice", "Customer", "Date", "Due", "Amount"],
            {
                "number": "Invoice",
                "client": "Customer",
                "issued_on": "Date",
                "due_on": "Due",
                "total": "Amount",
            },
        ),
    ],
    ids=["contract", "real", "fr", "de", "short"],
)
def test_headers_are_recognised(headers, expected):
    assert guess_columns(headers) == expected


def test_what_is_given_comes_first_and_the_rest_is_guessed():
    columns, errors = match_columns(REAL, {"client": "countryCode", "disputed": ""})
    assert errors == []
    assert columns["client"] == "countryCode"
    assert columns["number"] == "invoiceNumber"
    assert "disputed" not in columns


@pytest.mark.parametrize(
    ("headers", "given", "fields", "words"),
    [
        (REAL, {"total": "Sum"}, ["total"], "no column “%(header)s”"),
        ([*REAL, "DueDate"], {}, ["due_on"], "twice"),
        (["a", "b"], {}, ["number", "client", "issued_on", "due_on", "total"], "among"),
        (REAL, {"due_on": ""}, ["due_on"], "among"),
    ],
)
def test_columns_that_are_not_there_are_errors_of_the_header(
    headers, given, fields, words
):
    _columns, errors = match_columns(headers, given)
    assert [error.field for error in errors] == fields
    assert all(error.row == 1 and words in error.message for error in errors)
