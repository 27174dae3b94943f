"""The only places of this app that write, one transaction each."""

from clients.actions.saving import ClientRefusal, save_client, save_company

__all__ = ["ClientRefusal", "save_client", "save_company"]
