"""Pages of clients; the list and the file of a client gather all apps (config)."""

from django.urls import path

from clients import views

urlpatterns = [
    path("clients/new/", views.client_new, name="client_new"),
    path("clients/<int:pk>/edit/", views.client_edit, name="client_edit"),
    path("settings/company/", views.company_settings, name="company"),
]
