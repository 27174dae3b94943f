"""The list of clients and the file of one: they gather all apps."""

from django.urls import path

from config.client_list import clients
from config.client_page import client

urlpatterns = [
    path("clients/", clients, name="clients"),
    path("clients/<int:pk>/", client, name="client"),
]
