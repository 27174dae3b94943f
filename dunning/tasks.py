"""Work for the background worker."""

from __future__ import annotations

from django_tasks import task

from dunning.actions.letters import render_letters
from dunning.models import Run


@task()
def render_run(run_id: int) -> int:
    """Render the letters of an issued run; what is rendered already stays."""
    return render_letters(Run.objects.select_related("issued_by").get(pk=run_id))
