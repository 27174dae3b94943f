"""Decisions and arithmetic: no Django, no clock, no I/O."""
