"""Runs `manage.py import_receivables` on a file that a test writes."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command

HEAD = "number,client,issued_on,due_on,total,currency,paid_on,paid,disputed"
FILE = f"""{HEAD}
R-1,K1,2026-01-10,2026-02-09,100.00,CHF,,,no
R-2,K1,2026-01-15,2026-02-14,250.00,CHF,2026-02-20,,yes
R-3,K2,2026-02-01,2026-03-03,80.50,EUR,2026-02-15,30.50,no
"""
NOTHING = {"clients_created": 0, "invoices_created": 0, "payments_created": 0}


class Done:
    """What the command answered."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def errors(self):
        return [(e["row"], e["field"]) for e in self.json["errors"]]


@pytest.fixture
def run(tmp_path, company):
    """Write a file and import it."""

    def run(content, *options, name="file.csv"):
        path = tmp_path / name
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)
        return call(path, *options)

    return run


def call(path, *options):
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(
            "import_receivables", str(path), "--json", *options, stdout=out, stderr=err
        )
    except SystemExit as stop:
        code = stop.code
    return Done(code, out.getvalue(), err.getvalue())
