"""The list of clients and the file of one: they gather all apps."""

from django.urls import path

from config import client_list, client_page

urlpatterns = [
    path("clients/", client_list.clients, name="clients"),
    path("clients/<int:pk>/", client_page.client, name="client"),
]
