"""Addresses of dunning: runs, letters, and reminders of one invoice."""

from django.urls import path

from dunning.views import (
    clients,
    effect,
    holds,
    invoice,
    issuing,
    marks,
    notices,
    posting,
    result,
    runs,
    selection,
)

urlpatterns = [
    path("dunning/", runs.runs, name="runs"),
    path("dunning/effect/", effect.effect, name="effect"),
    path("dunning/new/", runs.run_new, name="run_new"),
    path("dunning/runs/<int:pk>/", runs.run, name="run"),
    path("dunning/runs/<int:pk>/discard/", runs.run_discard, name="run_discard"),
    path("dunning/runs/<int:pk>/select/", selection.run_select, name="run_select"),
    path(
        "dunning/runs/<int:pk>/draft/<int:client>/<str:currency>.pdf",
        selection.run_draft_pdf,
        name="run_draft_pdf",
    ),
    path("dunning/runs/<int:pk>/issue/", issuing.run_issue, name="run_issue"),
    path("dunning/runs/<int:pk>/send/", issuing.run_send, name="run_send"),
    path("dunning/runs/<int:pk>/progress/", result.run_progress, name="run_progress"),
    path(
        "dunning/runs/<int:pk>/letters.pdf", result.run_multi_pdf, name="run_multi_pdf"
    ),
    path("dunning/runs/<int:pk>/post/", posting.run_post, name="run_post"),
    path(
        "dunning/runs/<int:pk>/post/letters.pdf",
        posting.run_post_pdf,
        name="run_post_pdf",
    ),
    path("dunning/runs/<int:pk>/draw/", result.run_draw, name="run_draw"),
    path("dunning/runs/<int:pk>/lines/", result.run_lines, name="run_lines"),
    path("dunning/notices/<int:pk>/", notices.notice, name="notice"),
    path("dunning/notices/<int:pk>/pdf/", notices.notice_pdf, name="notice_pdf"),
    path(
        "dunning/notices/<int:pk>/withdraw/",
        notices.notice_withdraw,
        name="notice_withdraw",
    ),
    path("clients/<int:pk>/dunning/", clients.client_dunning, name="client_dunning"),
    path("dunning/holds/new/", holds.hold_new, name="hold_new"),
    path("dunning/holds/<int:pk>/release/", holds.hold_release, name="hold_release"),
    path(
        "invoices/<int:pk>/reminders/",
        invoice.invoice_reminders,
        name="invoice_reminders",
    ),
    path("invoices/<int:pk>/raise/", invoice.invoice_raise, name="invoice_raise"),
    path(
        "invoices/<int:pk>/raise/letter.pdf",
        invoice.invoice_raise_pdf,
        name="invoice_raise_pdf",
    ),
    path(
        "invoices/<int:pk>/uncollectible/",
        marks.invoice_uncollectible,
        name="invoice_uncollectible",
    ),
    path(
        "invoices/<int:pk>/uncollectible/end/",
        marks.invoice_uncollectible_end,
        name="invoice_uncollectible_end",
    ),
]
