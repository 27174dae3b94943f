"""`run_dunning`: the contract, literally (domain example 2; complaint 31)."""

from __future__ import annotations

import json
from io import StringIO

import pypdfium2
import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from billing.actions.marks import mark_invoice
from billing.models import Invoice, InvoiceMark
from delivery.models import Message
from dunning.models import Notice, NoticeLine, Run, RunLine
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(company):
    desk.policy(
        [
            {"name": "Rappel de paiement", "grace_days": 5, "fee": {"CHF": "0.00"}},
            {"name": "1re relance", "grace_days": 5, "fee": {"CHF": "20.00"}},
        ]
    )
    client = make.client("K-1", language="de")
    make.invoice("100.00 CHF", to=client, number="A")
    make.invoice("5000 JPY", to=client, number="B")
    disputed = make.invoice("70.00 CHF", to=make.client("K-2"), number="C")
    mark_invoice(disputed, InvoiceMark.Kind.DISPUTED, make.day("2026-02-10"), "broken")
    make.invoice("9.00 CHF", to=make.client("K-3", email=""), number="D", due="2026-02-15")  # fmt: skip


def run(*words):
    out, err = StringIO(), StringIO()
    call_command("run_dunning", *map(str, words), "--json", stdout=out, stderr=err)
    return json.loads(out.getvalue())


def refused(*words):
    err = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("run_dunning", *map(str, words), stdout=StringIO(), stderr=err)
    assert end.value.code == 1
    return err.getvalue().splitlines()


def stored():
    return [m.objects.count() for m in (Run, RunLine, Notice, NoticeLine)]


PROPOSED = [
    {"invoice": "A", "client": "K-1", "level": 1, "open": "100.00", "currency": "CHF", "fee": "0.00", "interest": "0.00", "days_overdue": 7, "deadline": "2026-02-26"},
    {"invoice": "B", "client": "K-1", "level": 1, "open": "5000", "currency": "JPY", "fee": "0", "interest": "0", "days_overdue": 7, "deadline": "2026-02-26"},
]  # fmt: skip


def test_a_proposal_writes_nothing():
    found = run("--on", "2026-02-16")
    assert found == {
        "on": "2026-02-16",
        "run": None,
        "state": "proposal",
        "proposed": PROPOSED,
        "excluded": [
            {
                "invoice": "C",
                "client": "K-2",
                "reason": "disputed",
                "detail": {"since": "2026-02-10", "why": "broken"},
            },
            {
                "invoice": "D",
                "client": "K-3",
                "reason": "deadline_running",
                "detail": {"deadline": "2026-02-15", "possible": "2026-02-21"},
            },
        ],
        "notices": [],
    }
    assert stored() == [0, 0, 0, 0]
    assert set(Invoice.objects.values_list("level", flat=True)) == {0}


def test_issuing_does_what_was_proposed():
    """I29: what one shows the other shows too."""
    proposal = run("--on", "2026-02-16")
    issued = run("--on", "2026-02-16", "--issue")
    made = Run.objects.get()
    assert issued == proposal | {
        "run": made.pk,
        "state": "issued",
        "notices": [
            {"number": "R-2026-0001", "client": "K-1", "currency": "CHF", "language": "de", "level": 1, "total": "100.00"},
            {"number": "R-2026-0002", "client": "K-1", "currency": "JPY", "language": "de", "level": 1, "total": "5000"},
        ],
    }  # fmt: skip
    assert stored() == [1, 4, 2, 2]
    assert desk.lines(made) == {"A": 1, "B": 1, "C": "disputed", "D": "deadline_running"}  # fmt: skip
    assert made.state == Run.State.ISSUED


def test_the_same_command_again_reminds_nobody():
    run("--on", "2026-02-16", "--issue")
    for on in ("2026-02-16", "2026-02-17"):
        again = run("--on", on, "--issue")
        assert (again["run"], again["state"]) == (None, "nothing to do")
        assert (again["proposed"], again["notices"]) == ([], [])
    assert stored() == [1, 4, 2, 2]


def test_example_2_by_the_command():
    run("--on", "2026-02-16", "--issue", "--client", "K-1")
    assert run("--on", "2026-03-03")["excluded"][0]["detail"] == {
        "deadline": "2026-02-26",
        "possible": "2026-03-04",
    }
    second = run("--on", "2026-03-04", "--issue", "--client", "K-1")
    assert [(p["invoice"], p["level"], p["fee"], p["deadline"]) for p in second["proposed"]] == [
        ("A", 2, "20.00", "2026-03-14"),
        ("B", 2, "0", "2026-03-14"),
    ]  # fmt: skip
    assert [n["total"] for n in second["notices"]] == ["120.00", "5000"]
    last = run("--on", "2026-06-01", "--client", "K-1")
    assert {e["reason"] for e in last["excluded"]} == {"last_level_reached"}


def test_proposed_and_excluded_are_all_that_is_late_and_open():
    found = run("--on", "2026-03-30")
    invoices = [row["invoice"] for row in found["proposed"] + found["excluded"]]
    assert sorted(invoices) == ["A", "B", "C", "D"]


def test_only_the_clients_named():
    assert [e["invoice"] for e in run("--on", "2026-02-16", "--client", "K-2")["excluded"]] == ["C"]  # fmt: skip
    both = run("--on", "2026-02-26", "--client", "K-1", "--client", "K-3")
    assert [p["invoice"] for p in both["proposed"]] == ["A", "B", "D"]


def test_another_policy_for_once():
    desk.policy([{"name": "Express", "grace_days": 0}], name="Express", default=False)
    found = run("--on", "2026-02-16", "--policy", "Express")
    assert [p["invoice"] for p in found["proposed"]] == ["A", "B", "D"]


def test_all_letters_in_one_pdf(tmp_path):
    for words in ([], ["--issue"]):
        file = tmp_path / f"letters{len(words)}.pdf"
        run("--on", "2026-02-16", "--pdf", file, *words)
        assert len(pypdfium2.PdfDocument(file)) == 2
    nothing = tmp_path / "nothing.pdf"
    run("--on", "2026-02-16", "--pdf", nothing, "--issue")
    assert not nothing.exists()


def test_sending_sends_once():
    run("--on", "2026-02-26", "--issue", "--send")
    assert sorted(m.to[0] for m in mail.outbox) == ["client@example.org"] * 2
    run("--on", "2026-02-26", "--issue", "--send")
    assert len(mail.outbox) == 2


def test_past_runs_sent_one_after_the_other_climb_as_on_their_days():
    """The e-mails leave today; what counts is the deadline that they bear."""
    for on, level in [("2026-02-16", 1), ("2026-03-04", 2)]:
        found = run("--on", on, "--client", "K-1", "--issue", "--send")
        assert [p["level"] for p in found["proposed"]] == [level, level]
        a = Invoice.objects.get(number="A")
        assert (a.level, f"{a.deadline_on}") == (
            level,
            found["proposed"][0]["deadline"],
        )
    assert len(mail.outbox) == 4
    call_command("verify_ledger", stdout=StringIO())


def test_without_an_address_to_write_from_letters_wait_and_levels_climb(settings):
    """An e-mail that can only fail would count as a letter that did not arrive."""
    settings.DEFAULT_FROM_EMAIL = ""
    make.company(email="")
    err = StringIO()
    words = ["run_dunning", "--client", "K-1", "--issue", "--send", "--on"]
    for on in ("2026-02-16", "2026-03-04"):
        call_command(*words, on, stdout=StringIO(), stderr=err)
    said = "The company has no e-mail address: nothing is sent."
    assert err.getvalue().splitlines() == [said, said]
    assert Invoice.objects.get(number="A").level == 2
    assert not Message.objects.exists()


def test_what_cannot_be_done_is_said_and_nothing_changes(tmp_path):
    assert refused("--on", "2026-02-16", "--issue", "--policy", "None", "--client", "X", "--client", "K-1", "--pdf", tmp_path / "no" / "x.pdf") == [
        "There is no policy called None.",
        "There is no client X.",
        f"{tmp_path / 'no' / 'x.pdf'} cannot be written.",
    ]  # fmt: skip
    assert stored() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--on", "16.02.2026"],
        ["--on", "2026-02-30"],
        ["--on", "20260216"],
        ["--on", "2026-02-16", "--send"],
    ],
)
def test_wrong_usage(words):
    with pytest.raises(CommandError) as error:
        call_command("run_dunning", *words)
    if "--send" in words:
        assert error.value.returncode == 2
    assert stored() == [0, 0, 0, 0]


def test_without_json_people_can_read_it(capsys):
    call_command("run_dunning", "--on", "2026-02-16")
    said = capsys.readouterr().out
    assert "K-1  A  CHF 100.00  level 1 by 2026-02-26" in said
    assert "left out, disputed: 1" in said
