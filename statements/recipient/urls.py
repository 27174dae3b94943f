"""The pages of whoever has the link to a document."""

from django.urls import path

from statements.recipient import checkout, views

urlpatterns = [
    path("", views.recipient, name="recipient"),
    path("pay/", checkout.recipient_pay, name="recipient_pay"),
    path("checkout/", checkout.recipient_checkout, name="recipient_checkout"),
    path(
        "checkout/<uuid:checkout>/",
        checkout.recipient_provider,
        name="recipient_provider",
    ),
    path("paid/<uuid:checkout>/", checkout.recipient_paid, name="recipient_paid"),
    path("answer/", views.recipient_answer, name="recipient_answer"),
    path("document.pdf", views.recipient_document, name="recipient_document"),
    path("invoices/<int:pk>.pdf", views.recipient_invoice, name="recipient_invoice"),
]
