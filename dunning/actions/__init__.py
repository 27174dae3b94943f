"""The only places of this app that write, one transaction each."""
