"""Pages of the receivables ledger."""

from django.urls import path

from billing.views import (
    drafts,
    imports,
    invoices,
    papers,
    payments,
    receivables,
    receiving,
    settling,
)

urlpatterns = [
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/<int:pk>/", invoices.invoice, name="invoice"),
    path(
        "invoices/<int:pk>/dispute/", invoices.invoice_dispute, name="invoice_dispute"
    ),
    path(
        "invoices/<int:pk>/dispute/end/",
        invoices.invoice_dispute_end,
        name="invoice_dispute_end",
    ),
    path("clients/<int:pk>/invoice/", invoices.invoice_new, name="invoice_new"),
    path("invoices/<int:pk>/copy/", drafts.invoice_copy, name="invoice_copy"),
    path("invoices/<int:pk>/correct/", drafts.invoice_correct, name="invoice_correct"),
    path("bills/<int:pk>/", drafts.bill, name="bill"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/totals/", drafts.draft_totals, name="draft_totals"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/discard/", drafts.draft_discard, name="draft_discard"),
    path("clients/<int:pk>/draft/", drafts.draft_new, name="draft_new"),
    path("drafts/<int:pk>/pdf/", papers.draft_pdf, name="draft_pdf"),
    path("bills/<int:pk>/pdf/", papers.bill_pdf, name="bill_pdf"),
    path("bills/<int:pk>/send/", papers.bill_send, name="bill_send"),
    path("payments/", payments.payments, name="payments"),
    path("payments/<int:pk>/", payments.payment, name="payment"),
    path("payments/<int:pk>/allocate/", payments.payment_allocate, name="allocate"),
    path("payments/<int:pk>/reverse/", payments.payment_reverse, name="reverse"),
    path("payments/<int:pk>/refund/", payments.payment_refund, name="payment_refund"),
    path(
        "payments/<int:pk>/release/<int:allocation>/",
        payments.payment_release,
        name="payment_release",
    ),
    path("clients/<int:pk>/payment/", receiving.payment_new, name="payment_new"),
    path(
        "invoices/<int:pk>/write-off/",
        settling.invoice_write_off,
        name="invoice_write_off",
    ),
    path(
        "invoices/<int:pk>/discount/",
        settling.invoice_discount,
        name="invoice_discount",
    ),
    path("aged/", receivables.aged, name="aged"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<int:pk>/columns/", imports.import_columns, name="import_columns"),
    path("imports/<int:pk>/book/", imports.import_book, name="import_book"),
    path("imports/<int:pk>/again/", imports.import_again, name="import_again"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="import_discard"),
    path("imports/<int:pk>/refused.csv", imports.import_refused, name="import_refused"),
]
