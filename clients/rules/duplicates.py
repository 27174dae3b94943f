"""Which clients are likely the same one, and why."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from clients.rules.search import compact, search_key

if TYPE_CHECKING:
    from collections.abc import Iterable

# Legal forms and titles, which people write or leave out as they like.
FORMS = re.compile(
    r"\b(ag|sa|gmbh|sarl|srl|sagl|sas|sasu|eurl|kg|ohg|ug|se|ltd|limited|inc|llc|plc"
    r"|spa|bv|nv|cie|co|und|and|et|e|the|monsieur|madame|herr|frau|mr|mrs|m|mme)\b"
)
# Cyrillic and Greek letters that look like Latin ones.
LOOKALIKES = str.maketrans("аеорсхуіјѕһкмтνοαερικτχ", "aeopcxyijshkmtvoaepiktx")


class Likeness(StrEnum):
    """What two clients have in common."""

    VAT = "vat_number"
    IBAN = "iban"
    NAME = "name"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Party:
    """A client as it is compared."""

    pk: int
    name: str
    vat_number: str = ""
    iban: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Clients that are likely one, and all that makes it likely."""

    parties: tuple[int, ...]
    reasons: tuple[Likeness, ...]


def name_key(name: str) -> str:
    """A name without its legal form, its marks, and letters of other scripts."""
    plain = search_key(name).translate(LOOKALIKES)
    plain = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", plain)
    words = re.sub(r"[^\w]+", " ", plain)
    return " ".join(FORMS.sub(" ", words).split()) or " ".join(words.split())


def keys(party: Party) -> dict[Likeness, str]:
    """What a client is compared by; nothing where it has nothing."""
    found = {
        Likeness.VAT: re.sub("(mwst|tva|iva|vat)$", "", compact(party.vat_number)),
        Likeness.IBAN: compact(party.iban),
        Likeness.NAME: name_key(party.name),
        Likeness.EMAIL: party.email.strip().casefold(),
    }
    return {likeness: key for likeness, key in found.items() if key}


def duplicates(parties: Iterable[Party]) -> list[Group]:
    """The clients that share a key, in groups; those with most in common first.

    Who is like one of a group belongs to it.
    """
    sharing: dict[tuple[Likeness, str], list[int]] = defaultdict(list)
    for party in parties:
        for likeness, key in keys(party).items():
            sharing[likeness, key].append(party.pk)
    groups = _Groups()
    for (likeness, _key), members in sharing.items():
        if len(members) > 1:
            groups.join(members, likeness)
    return groups.found()


class _Groups:
    """Groups that grow together where they share a member."""

    def __init__(self) -> None:
        self.above: dict[int, int] = {}
        self.reasons: dict[int, set[Likeness]] = defaultdict(set)

    def join(self, members: list[int], likeness: Likeness) -> None:
        """All of them are one group now."""
        roots = {self._root(pk) for pk in members}
        first = min(roots)
        self.reasons[first].add(likeness)
        for other in roots - {first}:
            self.above[other] = first
            self.reasons[first] |= self.reasons.pop(other, set())

    def found(self) -> list[Group]:
        members: dict[int, list[int]] = defaultdict(list)
        for pk in sorted(self.above):
            members[self._root(pk)].append(pk)
        made = [
            Group(
                tuple(members[root]),
                tuple(each for each in Likeness if each in self.reasons[root]),
            )
            for root in members
        ]
        return sorted(made, key=lambda group: (-len(group.reasons), group.parties))

    def _root(self, pk: int) -> int:
        above = self.above.setdefault(pk, pk)
        while above != self.above[above]:
            self.above[above] = above = self.above[self.above[above]]
        return above
