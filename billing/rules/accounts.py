"""Which numbers of accounts are meant for QR references only."""

from __future__ import annotations

QR_COUNTRIES = {"CH", "LI"}
QR_BANKS = range(30000, 32000)
# Swiss QR-bills are in these.
QR_CURRENCIES = {"CHF", "EUR"}


def is_qr_iban(iban: str) -> bool:
    """Whether an IBAN without blanks is a QR-IBAN: its bank number says so."""
    bank = iban[4:9]
    return (
        iban[:2] in QR_COUNTRIES
        and bank.isascii()
        and bank.isdigit()
        and int(bank) in QR_BANKS
    )
