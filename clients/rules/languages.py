"""The languages documents and pages are written in."""

LANGUAGES = {"en": "English", "fr": "French", "de": "German"}
