"""Which client is found by the name a bank wrote."""

from __future__ import annotations

import pytest

from billing.rules.matching.names import Names, words_of

CLIENTS = {
    1: "Müller & Söhne AG",
    2: "Müller Bau GmbH",
    3: "Gesellschaft für technische Zusammenarbeit und Entwicklung mbH",
    4: "Dupont Peintures S.à r.l.",
    5: "Anna Maria Grünbaum",
    6: "Les Trois Chênes SARL",
    7: "Stadtwerke Exempelhausen",
    8: "Stadtwerke Musterlingen",
    9: "IBM",
}


def found(name):
    return list(Names((n, c) for c, n in CLIENTS.items()).clients_of(name))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Müller & Söhne AG", [1]),
        ("MUELLER UND SOEHNE AG", [1]),
        ("Muller et Sohne SA", [1]),
        ("Söhne Müller", [1]),
        ("MUELLER BAU", [2]),
        ("Gesellschaft für technische", [3]),
        ("GESELLSCHAFT FUER TECHNISCHE ZUSAMM", [3]),
        ("Dupont Peintures SARL, 1003 Lausanne", [4]),
        ("DUPONT", [4]),
        ("Grünbaum Anna-Maria", [5]),
        ("Frau Anna Grünbaum", [5]),
        ("TROIS CHENES", [6]),
        ("Stadtwerke Exempelhausen AG", [7]),
        ("Stadtwerke", [7, 8]),
        ("Müller", [1, 2]),
        ("IBM", [9]),
        ("I.B.M.", [9]),
    ],
)
def test_a_client_by_the_name(name, expected):
    assert found(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "",
        "AG",
        "Sohn Meier",
        "Anna Meier",
        "Jean Dupont",
        "Bau GmbH",
        "Peter Müller",
        "Stadtwerke Anderswo",
        "Gesellschaft für deutsche Sprache",
        "Chêne",
    ],
)
def test_nobody_by_the_name(name):
    assert found(name) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GUTSCHRIFT AUFTRAGGEBER: DUPONT PEINTURES SARL MITTEILUNG X", [4]),
        ("Gutschrift Anna Maria Grünbaum, Bern", [5]),
        ("Dupont hat gezahlt", []),
        ("Gutschrift IBM", []),
        ("", []),
    ],
)
def test_a_client_whose_whole_name_is_in_a_text(text, expected):
    names = Names((n, c) for c, n in CLIENTS.items())
    assert list(names.clients_in(text)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nord S.A.", ("nord",)),
        ("Straße & Weg GmbH & Co. KG", ("strasse", "weg")),
        ("Møller Æbler", ("moller", "abler")),
        ("", ()),
    ],
)
def test_the_words_that_tell_a_name(name, expected):
    assert words_of(name) == expected
