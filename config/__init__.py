"""Wiring: settings, the map of the site, and pages that gather all apps."""
