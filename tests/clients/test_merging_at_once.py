"""Several people merge the same clients at the same moment: one of them does."""

from __future__ import annotations

import pytest

from tests.processes import processes

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("merging_at_once")]

FILL = """
from tests import make
make.company()
for number in ("A", "B", "C"):
    client = make.client(number)
    for _ in range(20):
        make.invoice(to=client)
answer = None
"""
IMPORTS = """
from clients.actions.merging import merge_clients
from clients.actions.saving import ClientRefusal
from clients.models import Client
"""
MERGE = """
one, two = (Client.objects.get(number=number) for number in {numbers!r})
try:
    merge_clients(one, two)
    answer = "merged"
except ClientRefusal:
    answer = "refused"
"""
COUNT = """
from billing.models import Invoice
from clients.models import Client
merged = Client.objects.filter(merged_into__isnull=False)
strays = Invoice.objects.filter(client__in=merged).count()
answer = [merged.count(), strays, Invoice.objects.count()]
"""


@pytest.fixture
def desks(migrated, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("merging")
    with django_db_blocker.unblock(), processes(folder, like=migrated) as found:
        found.run(FILL)
        yield found


def test_of_many_who_merge_two_clients_one_does(desks):
    pairs = ["AB", "BA", "AB", "CB"]
    answers = desks.at_once(
        [MERGE.format(numbers=list(pair)) for pair in pairs], before=IMPORTS
    )
    merged, strays, invoices = desks.run(COUNT)
    assert answers[:3].count("merged") == 1
    assert merged == answers.count("merged")
    assert (strays, invoices) == (0, 60)
    desks.manage("verify_ledger")
