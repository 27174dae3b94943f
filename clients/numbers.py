"""VAT numbers by the rules of their country."""

from __future__ import annotations

import re
from typing import Any

from stdnum import get_cc_module
from stdnum.ch import uid
from stdnum.eu import vat as eu

SUFFIX = re.compile(r"\s*(MWST|TVA|IVA|VAT|TPV)\s*$", re.IGNORECASE)


def is_vat_number(number: str, country: str) -> bool:
    """Whether the check digits hold; a country without known rules takes any."""
    return vat_number(number, country) is not None


def vat_number(number: str, country: str) -> str | None:
    """The number as it is written in its country, or nothing when it is none.

    EU numbers get the letters before them, which invoices need; Swiss ones their
    dots, with or without MWST.
    """
    if country == "CH":
        return _swiss(number)
    if number.strip().upper().startswith("XI") and country == "GB":
        return str(eu.compact(number)) if eu.is_valid(number) else None
    rules: Any = get_cc_module(country.lower(), "vat")
    if rules is None:
        return number if re.search(r"\d", number) else None
    if not rules.is_valid(number):
        return None
    if country.lower() not in eu.MEMBER_STATES:
        return number
    letters = "EL" if country == "GR" else country
    bare = str(rules.compact(number))
    return bare if bare.startswith(letters) else letters + bare


def _swiss(number: str) -> str | None:
    suffix = SUFFIX.search(number)
    bare = SUFFIX.sub("", number)
    if not uid.is_valid(bare):
        return None
    written = str(uid.format(bare))
    return f"{written} {suffix[1].upper()}" if suffix else written
