"""Reads field 86 of MT940, which each country fills in its own way.

German and Austrian banks number the parts (`?20` to `?29` the text, `?32` the name),
with SEPA words in the text (`EREF+`, `SVWZ+`). Others write words between slashes
(`/EREF/…`, `/NAME/…`), and the rest write lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from billing.rules.bank.references import (
    compact,
    creditor_reference,
    given,
    is_iban,
    is_right,
    one_line,
)

NUMBERED = re.compile(r"([0-9]{3})?(.)(?=[0-9]{2})")
# A part that is full goes on in the next one; a shorter one ends with a word.
FULL = 27
LINE = 65
WORDS = re.compile(
    r"(?:^|(?<=\s)|(?<=\d))"
    r"(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|BREF|RREF)[+:]"
)
SLASHED = re.compile(
    r"/(EREF|KREF|MARF|MREF|CSID|REMI|USTD|STRD|CUR|CDTRREF|REF|NAME|IBAN|BIC|ORDP|"
    r"BENM|CNTP|ADDR|TRTP|TRCD|PREF|IREF|PURP|RTRN|SVWZ|TXT|ISDT|INFO|OCMT|CHGS|"
    r"ULTD|ULTC|ULTB)(?=/)"
)
ACCOUNT = re.compile(r"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Details:
    """What field 86 says; `kind` is the German code of the transaction."""

    text: str = ""
    name: str = ""
    iban: str = ""
    end_to_end: str = ""
    reference: str = ""
    kind: str = ""
    is_structured: bool = False


def details_of(field: str) -> Details:
    """What is in field 86, in whichever way it is written."""
    start = NUMBERED.match(field)
    if start and not start[2].isalnum() and not start[2].isspace():
        return _numbered(field, start[1] or "", start[2])
    if SLASHED.match(" ".join(field.split())):
        return _slashed(field)
    return _lines(field)


# --- ?20 … -------------------------------------------------------------------


def _numbered(field: str, kind: str, mark: str) -> Details:
    parts: dict[int, str] = {}
    inner = _unwrapped(field, mark)
    for number, text in re.findall(
        rf"{re.escape(mark)}([0-9]{{2}})(.*?)(?={re.escape(mark)}[0-9]{{2}}|$)",
        inner,
        re.DOTALL,
    ):
        parts.setdefault(int(number), text)
    purpose = _flowing(
        [parts[n] for n in (*range(20, 30), *range(60, 64)) if n in parts]
    )
    words, text = _words(purpose)
    account = compact(parts.get(31) or words.get("IBAN"))
    name = f"{parts.get(32, '')}{parts.get(33, '')}" or words.get("ABWA", "")
    text = words.get("SVWZ", text) or parts.get(0, "")
    return Details(
        text=one_line(text, 500),
        name=one_line(name, 140),
        iban=account[:34],
        end_to_end=given(words.get("EREF"), 40),
        reference=_whole_reference(text),
        kind=kind,
        is_structured=True,
    )


def _unwrapped(field: str, mark: str) -> str:
    """Without the line breaks, which cut wherever a line was full."""
    lines = field.split("\n")
    found = lines[0]
    for before, line in pairwise(lines):
        is_cut = len(before) >= LINE or line.startswith(mark)
        found += line if is_cut else f" {line}"
    return found


def _flowing(parts: list[str]) -> str:
    found = ""
    for before, part in pairwise(["", *parts]):
        starts = WORDS.match(part) or 0 < len(before) < FULL
        found += f" {part}" if starts else part
    return found


def _words(purpose: str) -> tuple[dict[str, str], str]:
    """SEPA words with what follows each of them, and what stands before the first."""
    pieces = WORDS.split(purpose.strip())
    words: dict[str, str] = {}
    for word, text in zip(pieces[1::2], pieces[2::2], strict=True):
        words.setdefault(word, text.strip())
    return words, pieces[0].strip()


# --- /EREF/ … ----------------------------------------------------------------


def _slashed(field: str) -> Details:
    inner = " ".join(_unwrapped(field, "/").split())
    pieces = SLASHED.split(inner)
    words: dict[str, str] = {}
    for word, text in zip(pieces[1::2], pieces[2::2], strict=True):
        if text.strip("/ "):
            words.setdefault(word, text.strip("/ "))
    text = " ".join(words[w] for w in ("REMI", "USTD", "SVWZ", "TXT") if w in words)
    structured = words.get("CDTRREF") or words.get("CUR") or words.get("STRD")
    return Details(
        text=one_line(text or words.get("TRTP", ""), 500),
        name=one_line(words.get("NAME") or _first_line(words), 140),
        iban=compact(words.get("IBAN"))[:34],
        end_to_end=given(words.get("EREF"), 40),
        reference=creditor_reference(structured) or _whole_reference(text),
        is_structured=True,
    )


def _first_line(words: dict[str, str]) -> str:
    return words.get("ORDP") or words.get("CNTP") or words.get("BENM") or ""


# --- lines -------------------------------------------------------------------


def _lines(field: str) -> Details:
    text = one_line(field, 500)
    words, _before = _words(text)
    accounts = {compact(found) for found in ACCOUNT.findall(text)}
    right = [account for account in accounts if is_iban(account)]
    return Details(
        text=text,
        iban=right[0] if len(right) == 1 else "",
        end_to_end=given(words.get("EREF", "").split(" ")[0], 40),
        reference=_whole_reference(text),
    )


def _whole_reference(text: str) -> str:
    """MT940 has no place for a structured reference: it is the whole of the text."""
    found = creditor_reference(text)
    return found if is_right(found) else ""
