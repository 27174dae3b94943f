"""What an e-mail address gives away about the mailbox behind it."""

from __future__ import annotations

import re

# noreply, no-reply, do_not_reply, ne-pas-repondre, keine-antwort, non-rispondere.
NOBODY = re.compile(
    r"(no|do.?not|ne.?pas|keine?|nicht|non).?(repl(y|ies)|r[eé]pon(se|dre)"
    r"|antwort(en)?|rispon(dere|sta))",
    re.IGNORECASE,
)


def nobody_reads(address: str) -> bool:
    """Whether a mailbox says by its name that nobody reads what comes there."""
    return bool(NOBODY.match(address.partition("@")[0]))
