"""Who carries the mail: files, a mail server or a provider, and what each can tell."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

PROVIDERS = "anymail.backends."
# Signed reports need no shared password: the provider's own key says who wrote them.
SIGNED_BY = ("WEBHOOK_SIGNING_KEY", "WEBHOOK_KEY", "SIGNING_SECRET", "VERIFICATION_KEY")


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
        return Carrier(name, tells=reports_are_secured(name))
    if backend == "delivery.eml.EmailBackend":
        return Carrier("file", tells=False)
    return Carrier("smtp" if ".smtp." in backend else "none", tells=False)


def reports_are_secured(provider: str) -> bool:
    """Whether a report can be told from a forgery: by our secret or their signature."""
    signed = (f"{provider.upper()}_{name}" for name in SIGNED_BY)
    return any(settings.ANYMAIL.get(name) for name in ("WEBHOOK_SECRET", *signed))
