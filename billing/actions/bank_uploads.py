"""Files that wait for a person to say what their columns hold."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from billing.actions.bank import Source, keep_bank_file
from billing.models import BankMapping, BankUpload

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing.models import BankAccount, BankFile
    from billing.rules.bank.mapping import Mapping

FORGOTTEN = timedelta(days=1)


def keep_upload(source: Source, person: Any = None) -> BankUpload:
    """Keep a file for the next step; those that nobody came back to are gone."""
    old = timezone.now() - FORGOTTEN
    BankUpload.objects.filter(created_at__lt=old).delete()
    return BankUpload.objects.create(
        name=source.name, content=source.content, created_by=person
    )


def source_of(upload: BankUpload) -> Source:
    """The file as it came."""
    return Source(upload.name, bytes(upload.content))


@transaction.atomic
def read_upload(
    upload: BankUpload,
    head: Sequence[str],
    mapping: Mapping,
    account: BankAccount,
    person: Any = None,
) -> list[BankFile]:
    """Read it with a mapping, which is kept for the next file with the same head.

    Raises BankFileRefusal like `keep_bank_file`; the upload then waits as before.
    """
    files = keep_bank_file(
        source_of(upload), mapping=mapping, account=account, person=person
    )
    mark = hashlib.sha256("\x1f".join(head).encode()).hexdigest()[:8]
    BankMapping.objects.update_or_create(
        name=f"{account.name[:70]} {mark}",
        account=account,
        defaults={
            "head": list(head),
            "columns": mapping.columns,
            "date_format": mapping.date_format,
        },
    )
    upload.delete()
    return files
