"""What the tests of dunning pages may ask for."""

import pytest

from dunning.actions.runs import propose_run
from tests import make


@pytest.fixture
def propose(accountant):
    """Drafts of a day, each by a request of its own."""
    keys = iter(range(100))

    def proposed(on="2026-03-16"):
        key = f"key-number-{next(keys)}"
        return propose_run(
            make.day(on), policy=None, person=accountant, request_key=key
        )

    return proposed
