"""`issue_statement` and `issue_statements`, as cron calls them."""

import io
import json
from datetime import date

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from delivery.models import Document, Message
from statements.models import Statement
from tests import make

FEBRUARY = ("--from=2026-02-01", "--to=2026-02-28")


def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_json_is_the_contract_and_nothing_else(dupont):
    answer = json.loads(run("issue_statement", "DUPONT", *FEBRUARY, "--json"))
    made = Statement.objects.get()
    assert answer["number"] == made.number == f"S-{made.issued_at.year}-0001"
    assert {
        key: answer[key] for key in ("client", "from", "to", "kind", "unpaid_only")
    } == {
        "client": "DUPONT",
        "from": "2026-02-01",
        "to": "2026-02-28",
        "kind": "activity",
        "unpaid_only": False,
    }
    [section] = answer["sections"]
    assert (section["opening"], section["closing"]) == ("300.00", "350.00")
    assert made.figures["sections"] == [section]
    assert not Message.objects.exists()


def test_preview_writes_nothing_but_the_file(dupont, tmp_path):
    file = tmp_path / "preview.pdf"
    preview = json.loads(
        run(
            "issue_statement",
            "DUPONT",
            *FEBRUARY,
            "--preview",
            "--json",
            f"--pdf={file}",
        )
    )
    assert "number" not in preview
    assert not Statement.objects.exists()
    assert not Document.objects.exists()
    run("issue_statement", "DUPONT", *FEBRUARY, f"--pdf={tmp_path / 'issued.pdf'}")
    issued = (tmp_path / "issued.pdf").read_bytes()
    assert issued == file.read_bytes() == bytes(Document.objects.get().content)


def test_options_reach_the_statement(dupont):
    answer = json.loads(
        run(
            "issue_statement",
            "DUPONT",
            *FEBRUARY,
            "--kind=open-items",
            "--unpaid-only",
            "--json",
        )
    )
    assert (answer["kind"], answer["unpaid_only"]) == ("open-items", True)
    assert [item["invoice"] for item in answer["sections"][0]["items"]] == [
        "INV-2",
        "INV-3",
    ]


def test_send_leaves_with_the_pdf(dupont):
    answer = json.loads(run("issue_statement", "DUPONT", *FEBRUARY, "--send", "--json"))
    assert answer["message"] == {"recipient": "client@example.org", "state": "sent"}
    [email] = mail.outbox
    assert len(email.attachments) == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("NOBODY", *FEBRUARY), "There is no client NOBODY."),
        (
            ("DUPONT", "--from=2026-03-01", "--to=2026-02-01"),
            "The start lies after the end.",
        ),
        (("DUPONT", "--from=0001-01-01", "--to=2026-02-01"), "between 1990 and 2100"),
        (("ONE", *FEBRUARY), "needs at least 2 invoices"),
        (("ONE", *FEBRUARY, "--preview"), "needs at least 2 invoices"),
        (("SILENT", *FEBRUARY, "--send"), "has no e-mail address"),
        (("DUPONT", *FEBRUARY, "--pdf=/nowhere/at/all.pdf"), "/nowhere/at/all.pdf"),
    ],
)
def test_a_refusal_is_one_sentence_and_changes_nothing(dupont, arguments, reason):
    make.invoice(to=make.client("ONE"))
    silent = make.client("SILENT", email="")
    make.invoice(to=silent)
    make.invoice(to=silent)
    with pytest.raises(CommandError, match=reason) as refused:
        run("issue_statement", *arguments)
    assert refused.value.returncode == 1
    assert not Statement.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("DUPONT", "--from=2026-02-01"),
        ("DUPONT", "--from=1.2.2026", "--to=2026-02-28"),
        ("DUPONT", *FEBRUARY, "--kind=other"),
        ("DUPONT", *FEBRUARY, "--send", "--preview"),
    ],
)
def test_wrong_usage(dupont, arguments):
    with pytest.raises((CommandError, SystemExit)):
        run("issue_statement", *arguments)
    assert not Statement.objects.exists()


@pytest.fixture
def portfolio(dupont):
    """Besides Dupont: paid long ago, one invoice only, silent but owing, no address."""
    old = make.client("OLD")
    for _ in range(2):
        make.payment(
            "50.00 CHF",
            on="2025-03-01",
            to=make.invoice("50.00 CHF", to=old, due="2025-03-01"),
        )
    make.invoice(to=make.client("ONE"))
    owing = make.client("OWING", email="")
    for number in ("O-1", "O-2"):
        make.invoice("20.00 EUR", to=owing, number=number, due="2025-05-01")


def test_every_client_with_something_to_say_and_why_not_the_others(portfolio):
    answer = json.loads(run("issue_statements", "--to=2026-01-31", "--json"))
    assert [(s["client"], s["from"], s["to"]) for s in answer["statements"]] == [
        ("DUPONT", "2026-01-01", "2026-01-31"),
        ("OWING", "2026-01-01", "2026-01-31"),
    ]
    assert answer["statements"][1]["closing"] == {"EUR": "40.00"}
    assert {out["client"]: out["reason"][:14] for out in answer["left_out"]} == {
        "OLD": "Nothing happen",
        "ONE": "A statement ne",
    }


def test_run_again_it_issues_nothing_and_goes_on_from_there(portfolio):
    run("issue_statements", "--to=2026-01-31")
    again = json.loads(run("issue_statements", "--to=2026-01-31", "--json"))
    assert again["statements"] == []
    assert Statement.objects.count() == 2
    run("issue_statements", "--to=2026-02-28")
    made = Statement.objects.filter(client__number="DUPONT").order_by("start")
    assert [(s.start, s.end) for s in made] == [
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 28)),
    ]
    first, second = (s.figures["sections"][0] for s in made)
    assert first["closing"] == second["opening"] == "300.00"


def test_sending_all_names_the_client_without_address(portfolio):
    answer = json.loads(run("issue_statements", "--to=2026-01-31", "--send", "--json"))
    assert [s.get("recipient") for s in answer["statements"]] == [
        "client@example.org",
        None,
    ]
    assert "no e-mail address" in next(
        o["reason"] for o in answer["left_out"] if o["client"] == "OWING"
    )
    assert len(mail.outbox) == 1


def test_preview_of_all_writes_nothing(portfolio):
    answer = json.loads(
        run("issue_statements", "--to=2026-01-31", "--preview", "--json")
    )
    assert len(answer["statements"]) == 2
    assert not Statement.objects.exists()


def test_whose_turn_it_is_takes_a_fixed_number_of_queries(
    portfolio, django_assert_num_queries
):
    from statements.rules.orders import Order
    from statements.turning import turns

    order = Order(date(2026, 1, 31), "activity")

    with django_assert_num_queries(9):
        turns(order)
    for _ in range(10):
        client = make.client()
        for _n in range(3):
            make.invoice(to=client)
    with django_assert_num_queries(9):
        turns(order)


def test_the_command_chooses_clients_as_the_page_does(portfolio):
    def chosen(*words):
        found = json.loads(
            run("issue_statements", "--to=2026-01-31", "--preview", "--json", *words)
        )
        return [one["client"] for one in found["statements"]]

    assert chosen("--search=owing") == chosen("--currency=EUR") == ["OWING"]
    assert chosen("--least=100") == chosen("--skip-quiet") == ["DUPONT"]
    assert chosen("--only-overdue", "--skip-zero", "--language=fr") == ["OWING"]
    assert chosen("--country=DE") == []
    for wrong in ("--least=-1", "--least=1e9", "--least=NaN"):
        with pytest.raises(CommandError, match="not an amount such as"):
            chosen(wrong)
