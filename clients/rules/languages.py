"""The languages documents are written in; pages have those of the settings."""

LANGUAGES = {"en": "English", "fr": "French", "de": "German", "it": "Italian"}
