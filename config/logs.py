"""What must not stand in a log."""

from __future__ import annotations

import logging
import re

# The token of a link to a document (delivery/links.py).
TOKEN = re.compile(r"(/(?:shared|r)/)[^/\s]+")


class BlotOut(logging.Filter):
    """Takes the tokens of links out of what is logged: its readers cannot use them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Blot them out; every record is logged."""
        record.msg = blotted(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(map(blotted, record.args))
        return True


def blotted(value: object) -> object:
    """Text without the tokens in it; anything else as it is."""
    return TOKEN.sub(r"\1…", value) if isinstance(value, str) else value
