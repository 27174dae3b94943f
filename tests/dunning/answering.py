"""What recipients answered, for the tests of what dunning does with it."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from django.utils import timezone
from django.utils.timezone import localdate

from delivery.actions import archive
from delivery.actions.sharing import share
from delivery.models import ShareLink
from statements.models import Answer, AnswerPart
from tests import make

keys = count(1)
DAYS = {"paid": -2, "promise": 6, "dispute": None}


def link_of(client) -> ShareLink:
    """A link to some document of the client."""
    document = archive(
        kind="statement",
        number=f"S-{next(keys)}",
        client=client,
        language="fr",
        file_name="S.pdf",
        content=make.blank_pdf(),
        person=None,
    )
    return share(document, timezone.now())[0]


def answer(*invoices, kind="paid", **given) -> Answer:
    """An answer about invoices of one client that waits for a person."""
    days = DAYS[kind]
    values = {
        "day": None if days is None else localdate() + timedelta(days=days),
        "text": "Two boxes are missing" if kind == "dispute" else "",
        "reference": "E-77" if kind == "paid" else "",
        "name": "Mme Aubert",
    }
    client = invoices[0].client
    row = Answer.objects.create(
        client=client,
        link=link_of(client),
        kind=kind,
        key=f"answer-{next(keys)}",
        **values | given,
    )
    AnswerPart.objects.bulk_create(AnswerPart(answer=row, invoice=i) for i in invoices)
    return row
