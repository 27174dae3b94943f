"""A policy comes out of its JSON as it went in, whatever its settings (B13, B14)."""

from __future__ import annotations

import json
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.rules.money import money
from clients.rules.languages import LANGUAGES
from dunning.rules import policy as known
from dunning.rules.default_texts import default_texts
from dunning.rules.dossier import Level, Policy, Text
from dunning.rules.policy import policy_json, read_policy

flags = st.booleans()
days = st.integers(0, 365)
names = st.text("abcé ü-1", min_size=1, max_size=20).map(str.strip).filter(bool)
words = st.sampled_from(["Bonjour {client},", "x", "{total}\n\n{deadline}", "é"])
texts = st.builds(Text, words, words, words, words, words)
cents = st.integers(0, 99_999).map(lambda n: Decimal(n) / 100)
amounts = st.dictionaries(st.sampled_from(["CHF", "EUR", "USD"]), cents).map(
    lambda found: {code: money(amount, code) for code, amount in found.items()}
)
positive = st.dictionaries(st.sampled_from(["CHF", "EUR"]), cents.filter(bool)).map(
    lambda found: {code: money(amount, code) for code, amount in found.items()}
)
rates = st.integers(0, 3000).map(lambda n: Decimal(n) / 100)


@st.composite
def levels(draw, position):
    legal = draw(flags)
    return Level(
        position,
        draw(names),
        draw(days),
        draw(days),
        Decimal(0) if legal else draw(rates),
        draw(amounts),
        draw(positive),
        draw(st.dictionaries(st.sampled_from(["de", "fr"]), texts)),
        legal_interest=legal,
        lump_sum=draw(flags),
        fee_per=draw(st.sampled_from(known.FEES_PER)),
        channel=draw(st.sampled_from(known.CHANNELS)),
        attach_invoices=draw(flags),
    )


@st.composite
def policies(draw):
    count = draw(st.integers(1, 3))
    return Policy(
        draw(names),
        tuple(draw(levels(n)) for n in range(1, count + 1)),
        draw(days),
        draw(st.sampled_from(known.GROUPINGS)),
        draw(st.sampled_from(known.REGIMES)),
        draw(st.sampled_from(known.DAY_COUNTS)),
        draw(flags),
        draw(flags),
        draw(st.sampled_from(known.AUTOMATIONS)),
        "".join(sorted(draw(st.sets(st.sampled_from("1234567"), min_size=1)))),
        draw(flags),
    )


@settings(max_examples=40)
@given(policies(), flags)
def test_what_is_written_is_read_again(policy, default):
    document = json.loads(json.dumps(policy_json(policy, default=default)))
    reading = read_policy(document)
    assert reading.problems == []
    assert reading.policy == policy
    assert reading.default is default


def test_what_is_as_usual_is_left_out_and_a_version_has_every_word():
    level = Level(1, "Rappel", texts=default_texts(1, "Rappel"))
    policy = Policy("Standard", (level,))
    assert policy_json(policy, default=True) == {
        "name": "Standard",
        "default": True,
        "levels": [{"name": "Rappel", "grace_days": 0, "term_days": 10, "fee": {}}],
    }
    [whole] = policy_json(policy, default=True, all_texts=True)["levels"]
    assert whole["texts"].keys() == LANGUAGES.keys()


def test_fees_of_a_document_that_does_not_speak_of_it_are_agreed():
    plain = {"name": "Standard", "levels": [{"name": "Rappel"}]}
    assert read_policy(plain).policy.fees_agreed
    assert not read_policy(plain | {"fees_agreed": False}).policy.fees_agreed
