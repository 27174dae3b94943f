"""Who carries the mail: files, a mail server or a provider, and what each can tell."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from delivery.tracking import takes_reports

PROVIDERS = "anymail.backends."


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carries e-mails now; `tells` when reports of arrival can come back."""

    name: str
    tells: bool

    @property
    def is_provider(self) -> bool:
        """Whether a provider's web service carries the mail."""
        return self.name not in {"file", "smtp", "none"}


def carrier() -> Carrier:
    """What the settings name: `file`, `smtp`, or the provider's word."""
    backend = settings.EMAIL_BACKEND
    if backend.startswith(PROVIDERS):
        name = backend.removeprefix(PROVIDERS).partition(".")[0]
        return Carrier(name, tells=takes_reports(name))
    if backend == "delivery.eml.EmailBackend":
        return Carrier("file", tells=False)
    return Carrier("smtp" if ".smtp." in backend else "none", tells=False)
