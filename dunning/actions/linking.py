"""The recipient's page in the e-mails of letters: named, and opened with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone, translation

from billing.documents import page_words
from delivery.actions.sharing import open_links
from delivery.letterhead import text_with_links
from delivery.links import is_reachable, page_address
from dunning.facts.recipient import notice_token

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunning.models import Notice


def body_with_page(notice: Notice) -> str:
    """The text of the e-mail, with where the client sees, pays and answers.

    Without it where nobody could open the page.
    """
    if not is_reachable():
        return notice.body
    with translation.override(notice.language):
        words = page_words()
    address = page_address(notice_token(notice.number))
    return text_with_links(notice.body, [(words, address)])


def open_pages(notices: Iterable[Notice]) -> None:
    """Open the pages of letters whose document is there; one query for all of them.

    Those of the others open when it is kept.
    """
    if not is_reachable():
        return
    tokens = {
        notice.document_id: notice_token(notice.number)
        for notice in notices
        if notice.document_id
    }
    open_links(tokens, timezone.now())
