"""Pages of clients; the list and the file of a client gather all apps (config)."""

from django.urls import path

from clients.views import files

urlpatterns = [
    path("clients/new/", files.client_new, name="client_new"),
    path("clients/<int:pk>/edit/", files.client_edit, name="client_edit"),
    path("settings/company/", files.company_settings, name="company"),
]
