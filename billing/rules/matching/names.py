"""Finds the client whose name a bank wrote in its own way.

Banks cut names at 27 or 35 characters, write them in capitals and without umlauts,
turn them round and leave legal forms out. So names are compared as sets of words.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Legal forms, titles and little words, as `words_of` gives them.
EMPTY_WORDS = """
    ag sa gmbh sarl srl spa sas sasu eurl sci snc scop kg kgaa ohg gbr ug ev eg se
    ltd llc inc plc bv nv co cie comp company corp mbh haftungsbeschrankt
    und et and e y der die das the la le les de du des d l von van zu zur fur pour of
    herr frau monsieur madame mme mr mrs ms mlle dr prof familie famille m
"""
EMPTY = frozenset(EMPTY_WORDS.split())
SHORTEST_WORD = 4
CUT = 25
RARE = 400
# Written out umlauts; both sides lose them, so that Müller, Mueller and Muller agree.
UMLAUT = re.compile(r"(?<=[aou])e")


def words_of(name: str) -> tuple[str, ...]:
    """The words that tell a name from others, in their order."""
    apart = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    plain = "".join(c for c in apart if not unicodedata.combining(c))
    joined: list[str] = []
    was_letter = False
    for word in re.findall(r"[a-z0-9]+", plain.replace("æ", "ae").replace("ø", "o")):
        # S.A. and S.à r.l. come apart into letters.
        is_letter = len(word) == 1
        if is_letter and was_letter:
            joined[-1] += word
        else:
            joined.append(word)
        was_letter = is_letter
    words = (UMLAUT.sub("", word) for word in joined)
    return tuple(dict.fromkeys(word for word in words if word not in EMPTY))


class Names:
    """The names of many clients, to be found by what a bank wrote."""

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        self.words: dict[int, frozenset[str]] = {}
        self.same: dict[frozenset[str], list[int]] = {}
        self.bearing: dict[str, list[int]] = {}
        # Of a client with many invoices the name comes as often.
        for name, client in dict.fromkeys(names):
            words = frozenset(words_of(name))
            if not words or client in self.words:
                continue
            self.words[client] = words
            self.same.setdefault(words, []).append(client)
            for word in words:
                self.bearing.setdefault(word, []).append(client)
        self.sorted = sorted(self.bearing)
        self.known: dict[str, tuple[int, ...]] = {}

    def clients_of(self, name: str) -> tuple[int, ...]:
        """The clients it may mean: none, one, or all that fit equally well."""
        if name not in self.known:
            self.known[name] = self._found(name)
        return self.known[name]

    def clients_in(self, text: str) -> tuple[int, ...]:
        """The clients whose whole names stand in a text that has no place for them."""
        words = words_of(text)
        fitting = [
            (len(shared), client)
            for client, shared in self._sharing(words).items()
            if shared == self.words[client] and _is_telling(shared)
        ]
        most = max((count for count, _client in fitting), default=0)
        return tuple(sorted(c for count, c in fitting if count == most))

    def _found(self, name: str) -> tuple[int, ...]:
        words = words_of(name)
        if not words:
            return ()
        if same := self.same.get(frozenset(words)):
            return tuple(sorted(same))
        scores: Counter[int] = Counter()
        for client, shared in self._sharing(words, is_cut=len(name) >= CUT).items():
            own = self.words[client]
            fits = len(shared) == len(own) or len(shared) >= len(words)
            if fits and (len(shared) > 1 or _is_first(shared, words)):
                scores[client] = 100 * len(shared) - abs(len(own) - len(words))
        most = max(scores.values(), default=0)
        return tuple(sorted(c for c, score in scores.items() if score == most))

    def _sharing(
        self, words: tuple[str, ...], *, is_cut: bool = False
    ) -> dict[int, frozenset[str]]:
        """Clients with the words they share; words that many bear find nobody alone."""
        bearing = (self.bearing.get(word, ()) for word in words)
        clients = {client for some in bearing if len(some) <= RARE for client in some}
        found = {client: self.words[client] & set(words) for client in clients}
        if is_cut:
            found = {c: own | self._begun(c, words[-1]) for c, own in found.items()}
        return found

    def _begun(self, client: int, cut: str) -> frozenset[str]:
        """The client's word that the last one was before the bank cut the name."""
        if cut in self.bearing or len(cut) < 2:
            return frozenset()
        at = bisect_left(self.sorted, cut)
        if at == len(self.sorted) or not self.sorted[at].startswith(cut):
            return frozenset()
        return frozenset(w for w in self.words[client] if w.startswith(cut))


def _is_first(shared: frozenset[str], words: tuple[str, ...]) -> bool:
    """One word alone must be the one a name begins with, and be no short one."""
    return words[0] in shared and len(words[0]) >= SHORTEST_WORD


def _is_telling(shared: frozenset[str]) -> bool:
    return len(shared) > 1 or max(map(len, shared), default=0) >= SHORTEST_WORD + 2
