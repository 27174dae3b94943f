"""The real file where it is at hand, else one of the same shape."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings

from tests.replay import oracle

REAL = Path(
    os.environ.get(
        "RELANCE_RECEIVABLES", settings.BASE_DIR.parent / "shared/data/receivables.csv"
    )
)


@pytest.fixture(scope="session")
def file(tmp_path_factory) -> Path:
    if REAL.exists():
        return REAL
    return oracle.invent(
        tmp_path_factory.mktemp("data") / "receivables.csv", clients=100, invoices=2466
    )


@pytest.fixture(scope="session")
def rows(file):
    return oracle.read(file)
