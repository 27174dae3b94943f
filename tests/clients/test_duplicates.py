"""Which clients are likely the same: a table, and what holds for any clients."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.duplicates import Likeness, Party, duplicates, name_key

WORDS = st.text("ab. éSA", min_size=1, max_size=6)
PARTIES = st.lists(st.tuples(WORDS, st.sampled_from(["", "x@y.example"])), max_size=8)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dupont SA", "dupont"),
        ("Dupont S.A.", "DUPONT SA"),
        ("Müller & Söhne AG", "Muller und Sohne"),
        ("École du Lac Sàrl", "Ecole du lac"),
        ("Paul", "Раul"),  # Cyrillic Р and а
        ("Herr Hans Meier", "Hans Meier"),
    ],
)
def test_the_same_name_however_it_is_written(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dupont SA", "Dupond SA"),
        ("SA", "AG"),
        ("Garage du Lac", "Garage du Port"),
        ("مؤسسة الأمل", "مؤسسة"),
    ],
)
def test_other_names(one, other):
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        (Party(1, "A"), Party(2, "B"), None),
        (Party(1, "A"), Party(2, "a"), ["name"]),
        (Party(1, "", "", "", ""), Party(2, "", "", "", ""), None),
        (
            Party(1, "A", "CHE-107.787.577 MWST"),
            Party(2, "B", "CHE107787577"),
            ["vat_number"],
        ),
        (
            Party(1, "A", "", "CH93 0076 2011 6238 5295 7", "x@y.example"),
            Party(2, "B", "", "CH9300762011623852957", "X@Y.example"),
            ["iban", "email"],
        ),
    ],
)
def test_why_two_are_alike(one, other, reasons):
    found = duplicates([one, other])
    assert [[str(r) for r in group.reasons] for group in found] == (
        [reasons] if reasons else []
    )


def test_who_is_like_one_of_a_group_belongs_to_it():
    parties = [
        Party(5, "Solo"),
        Party(4, "A", "", "CH1"),
        Party(2, "B", "", "CH1", "x@y.example"),
        Party(9, "C", "", "", "x@y.example"),
    ]
    [group] = duplicates(parties)
    assert group.parties == (2, 4, 9)
    assert group.reasons == (Likeness.IBAN, Likeness.EMAIL)


@given(PARTIES)
def test_groups_hold_those_who_share_something_once(rows):
    parties = [Party(pk, name, email=email) for pk, (name, email) in enumerate(rows)]
    groups = duplicates(parties)
    members = [pk for group in groups for pk in group.parties]
    assert len(members) == len(set(members))
    assert all(len(group.parties) > 1 and group.reasons for group in groups)
    for one in parties:
        for other in parties:
            if one.pk < other.pk and name_key(one.name) == name_key(other.name) != "":
                assert any({one.pk, other.pk} <= set(g.parties) for g in groups)
