"""`dunning_policy`: the contract's JSON in and out, and every problem named."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from dunning import facts
from dunning.models import Policy
from dunning.rules.default_texts import default_texts
from dunning.rules.policy import policy_json, read_policy
from dunning.rules.texts import fill, text_in, unknown_placeholders

pytestmark = pytest.mark.django_db

CONTRACT = {
    "name": "Standard",
    "default": True,
    "levels": [
        {"name": "Rappel de paiement", "grace_days": 5, "term_days": 10, "fee": {"CHF": "0.00", "EUR": "0.00"}},
        {"name": "1re relance", "grace_days": 0, "term_days": 10, "fee": {"CHF": "20.00", "EUR": "20.00"}},
        {"name": "2e relance", "grace_days": 0, "term_days": 10, "fee": {"CHF": "40.00", "EUR": "40.00"}},
    ],
}  # fmt: skip
WORDS = {
    "title": "Petit rappel",
    "opening": "Bonjour {client},",
    "closing": "{total} d’ici au {deadline}",
    "subject": "{number}",
    "body": "{count} facture(s) au {date}",
}


def load(tmp_path, document):
    """What is said on stderr; None when it was loaded."""
    file = tmp_path / "policy.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    err = StringIO()
    with suppress(SystemExit):
        call_command("dunning_policy", "--load", file, stdout=StringIO(), stderr=err)
    return err.getvalue() or None


def dump(*name):
    out = StringIO()
    call_command("dunning_policy", "--dump", *name, stdout=out)
    return json.loads(out.getvalue())


def test_the_policy_of_a_new_installation_is_complete():
    policy = Policy.objects.get()
    levels = facts.policy_rule(policy).levels
    assert [level.name for level in levels] == [
        "Rappel de paiement",
        "1re relance",
        "Mise en demeure",
    ]
    assert [level.texts["de"].title for level in levels] == [
        "Zahlungserinnerung",
        "1. Mahnung",
        "Letzte Mahnung",
    ]
    assert [level.texts["it"].title for level in levels] == [
        "Richiamo di pagamento",
        "1° sollecito",
        "Diffida di pagamento",
    ]
    for level in levels:
        assert set(level.texts) == {"fr", "de", "en", "it"}
        for text in level.texts.values():
            parts = [text.title, text.opening, text.closing, text.subject, text.body]
            assert all(parts)
            assert not unknown_placeholders(" ".join(parts))
        assert not any(level.fees.values())


def test_the_contracts_policy_comes_out_as_it_went_in(tmp_path):
    assert load(tmp_path, CONTRACT) is None
    assert dump() == dump("Standard") == CONTRACT
    titles = [level.texts["de"].title for level in facts.policy_rule(Policy.objects.get()).levels]  # fmt: skip
    assert titles == ["Zahlungserinnerung", "1. Mahnung", "2. Mahnung"]


def test_rare_settings_come_out_as_they_went_in(tmp_path):
    document = deepcopy(CONTRACT) | {
        "min_interval_days": 14,
        "grouping": "level",
        "regime": "de",
        "day_count": "30/360",
        "fees_agreed": False,
        "working_days": True,
        "automation": "issue",
        "weekdays": [1, 4],
        "skip_holidays": False,
    }
    document["levels"][2] |= {
        "legal_interest": True,
        "lump_sum": True,
        "fee_per": "invoice",
        "channel": "both",
        "attach_invoices": True,
    }
    document["levels"][1] |= {
        "interest_rate": "5.00",
        "minimum": {"CHF": "10.00"},
        "texts": {"fr": WORDS},
        "fee": {"CHF": "20.00", "JPY": "2000", "KWD": "1.500"},
    }
    document["levels"][1]["fee"] = dict(sorted(document["levels"][1]["fee"].items()))
    assert load(tmp_path, document) is None
    assert dump() == document


def test_texts_that_are_not_given_stay(tmp_path):
    document = deepcopy(CONTRACT)
    document["levels"][0]["texts"] = {"fr": WORDS}
    load(tmp_path, document)
    load(tmp_path, CONTRACT | {"levels": CONTRACT["levels"][:2]})
    assert dump()["levels"][0]["texts"] == {"fr": WORDS}
    assert len(dump()["levels"]) == 2


def test_a_second_policy_and_which_one_is_the_default(tmp_path):
    load(tmp_path, CONTRACT | {"name": "Other", "default": False})
    assert dump()["name"] == "Standard"
    load(tmp_path, CONTRACT | {"name": "Other"})
    assert dump()["name"] == "Other"
    assert dump("Standard")["default"] is False


def level(**changes):
    return CONTRACT | {"levels": [CONTRACT["levels"][0] | changes]}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "must be an object"),
        (CONTRACT | {"levels": []}, "at least one level"),
        (CONTRACT | {"levels": 3}, "at least one level"),
        (CONTRACT | {"name": " "}, "needs a name"),
        (CONTRACT | {"name": "a\nb"}, "not one line"),
        (CONTRACT | {"name": "x" * 81}, "longer than 80"),
        (CONTRACT | {"default": "yes"}, "true or false"),
        (CONTRACT | {"min_interval_days": -1}, "from 0 to 365"),
        (CONTRACT | {"steps": []}, "unknown key 'steps'"),
        (level(grace_days="5"), "Level 1: grace_days"),
        (level(term_days=366), "Level 1: term_days"),
        (level(term_days=True), "Level 1: term_days"),
        (level(fee={"CHF": "-1.00"}), "Level 1: fee CHF"),
        (level(fee={"CHF": "1e5"}), "Level 1: fee CHF"),
        (level(fee={"CHF": "２０.00"}), "Level 1: fee CHF"),
        (level(fee={"CHF": 20.5}), "Level 1: fee CHF"),
        (level(fee={"CHF": "1.005"}), "CHF has only 2 decimals"),
        (level(fee={"JPY": "20.5"}), "JPY has only 0 decimals"),
        (level(fee={"QQQ": "1.00"}), "'QQQ' is no currency"),
        (level(fee=[]), "Level 1: fee must be an object"),
        (level(minimum={"CHF": "x"}), "Level 1: minimum CHF"),
        (level(interest_rate="31"), "Level 1: interest_rate"),
        (level(interest_rate=5.5), "Level 1: interest_rate"),
        (level(texts={"xx": WORDS}), "unknown key 'xx'"),
        (level(texts={"fr": WORDS | {"title": ""}}), "texts fr: title is missing"),
        (level(texts={"fr": {}}), "texts fr: body is missing"),
        (level(texts={"fr": WORDS | {"body": "{iban}"}}), "{iban} is no placeholder"),
        (level(texts={"fr": WORDS | {"body": "{client.__class__}"}}), "no placeholder"),
        (level(texts={"fr": WORDS | {"body": "a { b"}}), "{ is no placeholder"),
        (level(texts={"fr": WORDS | {"body": "a } b"}}), "} is no placeholder"),
        (level(texts={"fr": WORDS | {"body": "x" * 2001}}), "longer than 2000"),
        (level(name=None), "Level 1 needs a name"),
        (CONTRACT | {"grouping": "one"}, "grouping must be one of: client, level"),
        (CONTRACT | {"regime": []}, "regime must be one of: auto"),
        (CONTRACT | {"day_count": 365}, "day_count must be one of: 365, 30/360"),
        (CONTRACT | {"fees_agreed": "yes"}, "fees_agreed must be true or false"),
        (CONTRACT | {"working_days": 1}, "working_days must be true or false"),
        (CONTRACT | {"automation": "always"}, "one of: off, propose, issue"),
        (CONTRACT | {"weekdays": "14"}, "weekdays must be a list of days"),
        (CONTRACT | {"weekdays": []}, "weekdays must be a list of days"),
        (CONTRACT | {"weekdays": [0]}, "1 (Monday) to 7 (Sunday)"),
        (CONTRACT | {"weekdays": [True]}, "1 (Monday) to 7 (Sunday)"),
        (CONTRACT | {"weekdays": [[1]]}, "1 (Monday) to 7 (Sunday)"),
        (CONTRACT | {"skip_holidays": 0}, "skip_holidays must be true or false"),
        (level(legal_interest=True, interest_rate="5"), "either interest_rate or"),
        (level(lump_sum=40), "Level 1: lump_sum must be true or false"),
        (level(fee_per="page"), "fee_per must be one of: letter, invoice"),
        (level(channel="fax"), "channel must be one of: email, post, both"),
        (level(attach_invoices="no"), "attach_invoices must be true or false"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(tmp_path, document, said):
    before = policy_json(facts.policy_rule(Policy.objects.get()), default=True)
    assert said in load(tmp_path, document)
    assert policy_json(facts.policy_rule(Policy.objects.get()), default=True) == before


def test_one_sentence_for_every_problem(tmp_path):
    wrong = {"name": "", "levels": [{"name": "", "grace_days": -1}, {"fee": {"CHF": ""}}]}  # fmt: skip
    assert len(load(tmp_path, wrong).splitlines()) == 5


def test_what_cannot_be_found_is_said(tmp_path):
    for words in (["--load", str(tmp_path / "none.json")], ["--dump", "Nobody's"]):
        with pytest.raises(SystemExit) as end:
            call_command("dunning_policy", *words, stderr=StringIO())
        assert end.value.code == 1
    with pytest.raises(CommandError):
        call_command("dunning_policy")


def test_placeholders_are_filled_from_a_closed_list():
    values = {"client": "{total} GmbH", "total": "CHF 1"}
    assert fill("{client} {total} {number} {x.y} {", values) == "{total} GmbH CHF 1 {number} {x.y} {"  # fmt: skip


def test_a_language_without_text_falls_back_to_the_companys_then_english():
    texts = default_texts(1, "x")
    reading = read_policy(CONTRACT)
    [level, *_rest] = reading.policy.levels
    object.__setattr__(level, "texts", {"fr": texts["fr"], "en": texts["en"]})
    assert text_in(level, "de", "fr") == texts["fr"]
    assert text_in(level, "de", "xx") == texts["en"]
    object.__setattr__(level, "texts", {})
    assert text_in(level, "de").title == "Rappel de paiement"
