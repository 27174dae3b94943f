"""Pages of the outbox and the archive, and where providers report."""

from django.urls import path

from delivery import public, webhooks
from delivery.views import documents, jobs, links, messages, service, undelivered

urlpatterns = [
    path("messages/", messages.outbox, name="messages"),
    path("messages/<int:pk>/", messages.message, name="message"),
    path("messages/undelivered/", undelivered.undelivered_messages, name="undelivered"),
    path(
        "messages/<int:pk>/undelivered/",
        undelivered.undelivered_message,
        name="undelivered_message",
    ),
    path(
        "messages/<int:pk>/undelivered/address/",
        undelivered.undelivered_address,
        name="undelivered_address",
    ),
    path(
        "messages/<int:pk>/undelivered/again/",
        undelivered.undelivered_again,
        name="undelivered_again",
    ),
    path(
        "messages/<int:pk>/undelivered/printed/",
        undelivered.undelivered_printed,
        name="undelivered_printed",
    ),
    path(
        "messages/<int:pk>/undelivered/given-back/",
        undelivered.undelivered_given_back,
        name="undelivered_given_back",
    ),
    path(
        "messages/<int:pk>/undelivered/dismissed/",
        undelivered.undelivered_dismissed,
        name="undelivered_dismissed",
    ),
    path("messages/<int:pk>/file/", messages.message_file, name="message_file"),
    path("messages/<int:pk>/cancel/", messages.message_cancel, name="message_cancel"),
    path(
        "messages/<int:pk>/arrived/", messages.message_arrived, name="message_arrived"
    ),
    path("messages/<int:pk>/again/", messages.message_again, name="message_again"),
    path("messages/<int:pk>/anew/", messages.message_anew, name="message_anew"),
    path("documents/", documents.documents, name="documents"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/about/", documents.document_about, name="document_about"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/progress/", jobs.job_progress, name="job_progress"),
    path("jobs/<int:pk>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("jobs/<int:pk>/again/", jobs.job_again, name="job_again"),
    path("settings/mail/", service.mail_service, name="mail_service"),
    path("settings/mail/hold/", service.mail_hold, name="mail_hold"),
    path("settings/mail/release/", service.mail_release, name="mail_release"),
    path("settings/mail/try/", service.mail_try, name="mail_try"),
    path("settings/mail/test/", service.mail_test, name="mail_test"),
    path("settings/mail/tests/", service.mail_tests, name="mail_tests"),
    path("links/<int:pk>/close/", links.link_close, name="link_close"),
    path("shared/<str:token>/", public.shared, name="shared"),
    path("shared/<str:token>/file/", public.shared_file, name="shared_file"),
    path("anymail/<slug:provider>/tracking/", webhooks.reports, name="reports"),
]
