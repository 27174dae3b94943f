"""The web server's entry."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Pages leave the cores to the worker: two documents at once are enough for people.
os.environ.setdefault("PRESS_CHILDREN", "2")
application = get_wsgi_application()
