"""Issues statements, one by one or of many clients, and sends them."""

from statements.actions.issuing import (
    StatementRefusal,
    check_statement,
    issue_statement,
    missing_address,
    send_statement,
)
from statements.actions.many import (
    Made,
    issue_turns,
    made_before,
    start_statements,
    statements_pdf,
)

__all__ = [
    "Made",
    "StatementRefusal",
    "check_statement",
    "issue_statement",
    "issue_turns",
    "made_before",
    "missing_address",
    "send_statement",
    "start_statements",
    "statements_pdf",
]
