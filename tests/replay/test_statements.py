"""Statements issued quarter by quarter while people book late: each goes on from what
was told, and names what came in between, as an independent calculation says."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta

from clients.models import Client
from statements.actions.issuing import Asked, keep_statement
from tests import make
from tests.replay import oracle
from tests.replay.test_history import asked, bring_in

pytestmark = pytest.mark.django_db

STARTS = [dt.date(2012, 1, 1) + relativedelta(months=3 * n) for n in range(7)]
ENDS = [start + relativedelta(months=3, days=-1) for start in STARTS]


def test_4_3_late_bookings_of_a_history_are_named_and_every_quarter_closes(
    rows, company, tmp_path
):
    most = Counter(row.client for row in rows).most_common(5)
    clients = {client for client, _count in most}
    mine = [row for row in rows if row.client in clients]
    entries = oracle.booked_late(mine, ENDS)
    told: dict[str, Decimal] = {}
    corrected = 0
    for step, (start, end) in enumerate(zip(STARTS, ENDS, strict=True)):
        file = known_by(step, mine, entries, tmp_path / f"{step}.csv")
        assert bring_in(file)["errors"] == []
        for number in sorted(clients):
            client = Client.objects.filter(number=number).first()
            if client is None:
                continue
            [section] = issue(client, start, end).figures["sections"]
            must = oracle.continued(entries, number, step, start, end)
            if number not in told:
                # The first one: all that is known of earlier days is its opening.
                must["opening"] += sum(a for _on, a in must["corrections"])
                must["corrections"] = []
            lines = section["lines"]
            assert Decimal(section["opening"]) == must["opening"]
            assert Decimal(section["opening"]) == told.get(number, must["opening"])
            assert Decimal(section["closing"]) == must["closing"]
            assert (
                said(line for line in lines if line.get("correction"))
                == (must["corrections"])
            )
            assert (
                said(line for line in lines if not line.get("correction"))
                == (must["lines"])
            )
            told[number] = must["closing"]
            corrected += len(must["corrections"])
    assert corrected > 20
    assert asked("verify_ledger")["findings"] == []


def issue(client, start, end):
    """Issued on any paper: what it says is what is looked at."""
    key = f"{client.pk}:{start}"
    order = Asked(client, start, end, "activity", False, "fr", end, None, key)
    data = order.data()
    return keep_statement(order, data, make.blank_pdf(), order.token(data))


def said(lines):
    return sorted((line["date"], Decimal(line["amount"])) for line in lines)


def known_by(step, rows, entries, path):
    """A file of what is booked by a step: late invoices and payments are not in it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(oracle.HEADER)
        pairs = zip(entries[::2], entries[1::2], strict=True)
        for row, (invoice, payment) in zip(rows, pairs, strict=True):
            if invoice.step <= step:
                paid = row.settled if payment.step <= step else None
                writer.writerow(
                    [
                        row.client,
                        row.number,
                        f"{row.issued:%m/%d/%Y}",
                        f"{row.due:%m/%d/%Y}",
                        row.total,
                        "No",
                        f"{paid:%m/%d/%Y}" if paid else "",
                    ]
                )
    return path
