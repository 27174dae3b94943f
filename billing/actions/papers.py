"""Archives the paper of bills, once each, and sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.composing import composed
from billing.documents import bill_file_name, bill_paper
from billing.models import Bill
from billing.paper.facturx import METADATA, FacturxRefusal, facturx_file, wants_facturx
from billing.recipient import bill_token
from clients.facts import recipient as mailbox
from clients.models import Purpose
from delivery.actions import archive, queue_message
from delivery.actions.sharing import open_links
from delivery.links import page_address, with_page
from delivery.pdf import render_pdf
from delivery.poking import poke_mail
from delivery.press.finishing import Extras

if TYPE_CHECKING:
    from billing.composing import Composed
    from delivery.models import Document, Message


class PaperRefusal(Exception):
    """A bill that is not sent; the text says why."""


def bill_document(bill: Bill, person: Any = None) -> Document:
    """The archived paper of a bill: drawn the first time, and never again.

    Whoever comes second gets the first one's bytes. Not inside a transaction:
    drawing takes its time.
    """
    if bill.document is None:
        content = bill_pdf(composed(bill), draft=False)
        bill.document = archive(
            kind=bill.kind,
            number=bill.number,
            client=bill.client,
            language=bill.language,
            file_name=bill_file_name(bill),
            content=content,
            person=person,
        )
        Bill.objects.filter(pk=bill.pk, document=None).update(document=bill.document)
    return bill.document


def bill_pdf(content: Composed, *, draft: bool) -> bytes:
    """The PDF: with the electronic invoice inside where there is one.

    The same bill gives the same bytes. A bill that the rules of the electronic
    invoice refuse is a PDF without it (`billing.facturx.facturx_problem` says why).
    """
    paper = bill_paper(content, draft=draft)
    files = () if draft else electronic(content)
    extras = Extras(
        archival=True,
        attachments=files,
        metadata=METADATA if files else b"",
        drawings=paper.drawings,
    )
    return render_pdf(paper.html, extras)


def electronic(content: Composed) -> tuple[Any, ...]:
    """The files that go into the PDF."""
    if not wants_facturx(content.bill):
        return ()
    try:
        return (facturx_file(content),)
    except FacturxRefusal:
        return ()


def send_bill(
    bill: Bill,
    *,
    recipient: str,
    subject: str,
    body: str,
    occasion: int,
    person: Any,
) -> Message:
    """Put the e-mail with the bill's PDF into the outbox, once per occasion.

    Where its text names the recipient's page, that opens with it. Raises PaperRefusal
    without an address to send it to.
    """
    if not recipient:
        raise PaperRefusal(
            _("%(client)s has no e-mail address for invoices.")
            % {"client": bill.client.name}
        )
    document = bill_document(bill, person)
    token = bill_token(bill, occasion)
    linked = with_page(body, page_address(token))
    with transaction.atomic():
        if page_address(token) in linked:
            open_links({document.pk: token}, timezone.now())
        message = queue_message(
            kind=document.kind,
            number=bill.number,
            client=bill.client,
            language=mailbox(bill.client, Purpose.INVOICE).language,
            recipient=recipient,
            subject=subject,
            body=linked,
            person=person,
            document=document,
            occasion=occasion,
        )
        poke_mail()
    return message
