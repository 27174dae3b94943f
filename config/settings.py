"""Every setting, from the environment; none is needed to try Relance."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import engine, paying

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def secret_key(folder: Path) -> str:
    """The key from SECRET_KEY, or one made once and kept beside the data."""
    if "SECRET_KEY" in env.ENVIRON:
        return str(env.str("SECRET_KEY"))
    kept = folder / "secret_key"
    if not kept.exists():
        import secrets  # noqa: PLC0415 - needed once in the life of an installation

        folder.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return kept.read_text().strip()


DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
SECRET_KEY = secret_key(DATA_DIR)
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
BASE_URL = env.str("BASE_URL", default="http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_COOKIES = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "config",
    "clients",
    "delivery",
    "billing",
    "statements",
    "dunning",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "djmoney",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "anymail",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.merged.FollowMergedClients",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.layout.layout",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "clients.templatetags.format",
            ],
        },
    },
]
FORM_RENDERER = "config.forms.FieldRenderer"

# SQLite is safe for several writers only in this combination (IMMEDIATE makes
# a transaction take the write lock at its start, so it can wait for it).
DATABASES = {
    "default": env.db_url(
        "DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'relance.sqlite3'}"
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The queue's truth is in our own rows; a task only pokes (docs/scaling.md).
TASKS_URL = env.str("TASKS_URL", default="")
TASKS = engine.tasks(TASKS_URL)
# Processes that work beside the web server; more than one suits PostgreSQL.
WORKERS = env.int("WORKERS", default=1)
# So long a process believes what it saw of the work that waits.
BANNER_SECONDS = 10

CURRENCIES = (
    "CHF",
    "EUR",
    "GBP",
    "USD",
    "JPY",
    "KWD",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
)
DEFAULT_CURRENCY = None

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
# Where the company is: how dates and figures are written.
COUNTRY = env.str("COUNTRY", default="CH")
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Zurich")
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}

# Mail: kept as .eml files until EMAIL_URL or an Anymail provider is named.
MAIL_FOLDER = DATA_DIR / "mail"
EMAIL_BACKEND = "delivery.eml.EmailBackend"
EMAIL_TIMEOUT = 10
if "EMAIL_URL" in env.ENVIRON:
    vars().update(env.email_url("EMAIL_URL"))
    if EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
        EMAIL_BACKEND = "delivery.smtp.EmailBackend"
ANYMAIL = {
    name.removeprefix("ANYMAIL_"): value
    for name, value in env.ENVIRON.items()
    if name.startswith("ANYMAIL_") and name != "ANYMAIL_PROVIDER"
}
# What a provider cannot be told (not to count clicks) it is not told.
ANYMAIL.setdefault("IGNORE_UNSUPPORTED_FEATURES", True)
if "ANYMAIL_PROVIDER" in env.ENVIRON:
    EMAIL_BACKEND = f"anymail.backends.{env.str('ANYMAIL_PROVIDER')}.EmailBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="")
# A larger document is fetched under a link: many mail servers refuse it.
ATTACHMENT_LIMIT = env.int("ATTACHMENT_LIMIT", default=8 * 1024 * 1024)

# Where the end of the archive is written down each day (config/anchors.py).
ANCHORS_FILE = DATA_DIR / "anchors.txt"

# Where tests make Relance die: "mail.after_dot=kill@3" (delivery/faults.py).
FAULTS = env.str("FAULTS", default="")

# Through whom clients pay online (docs/online-payments.md).
PAYMENT_MODEL = "billing.Checkout"
PAYMENT_VARIANTS = paying.variants(
    {
        "api_key": env.str("STRIPE_SECRET_KEY", default=""),
        "endpoint_secret": env.str("STRIPE_WEBHOOK_SECRET", default=""),
        "api_base": env.str("STRIPE_API_BASE", default=""),
    },
    env.json("PAYMENT_VARIANTS", default={}),
)
PAYMENT_HOST = BASE_URL.partition("://")[2]
PAYMENT_USES_SSL = SECURE_COOKIES

# What the apps that write documents say of them when they leave, by kind
# (delivery/owners.py), and who does the mass work (delivery/workers.py).
DOCUMENT_OWNERS = {"notice": "dunning.actions.delivering"}
# Who keeps the fees and interest that payments pay (billing/actions/charges.py).
CHARGE_OWNER = "dunning.actions.paying"
# Who knows the payment references of reminders (billing/bank/matching.py).
REFERENCE_OWNER = "dunning.facts.references"
# Which invoices a document is about, for its recipient's page
# (statements/recipient/reach.py), by kind.
RECIPIENT_SCOPES = {
    "statement": "statements.recipient.scope",
    "notice": "dunning.facts.recipient",
    "invoice": "billing.recipient",
}
JOB_WORKERS = {
    "letters": "dunning.jobs",
    "statements": "statements.jobs",
    "withdrawals": "dunning.telling_jobs",
}

# Uploads above this size are refused at the form, with a sentence.
UPLOAD_LIMIT = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 25_000

# What drawing one document may take: seconds of CPU, megabytes of memory (address
# space: 768 is a statement of some 4,500 lines); and how many are drawn at once in
# one process, 0 being one for each core.
PRESS_SECONDS = env.int("PRESS_SECONDS", default=30)
PRESS_MEMORY = env.int("PRESS_MEMORY", default=768)
PRESS_CHILDREN = env.int("PRESS_CHILDREN", default=0)

# A statement needs at least so many invoices (one invoice is sent as itself).
STATEMENT_MIN_INVOICES = env.int("STATEMENT_MIN_INVOICES", default=2)

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_COOKIES else None
)
# Sending plain http on to https, and HSTS, are the proxy's; our previews of
# letters are frames of our own pages.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W019"]
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "object-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
    }
}

DJANGO_TABLES2_TEMPLATE = "_table.html"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"blot_out": {"()": "config.logs.BlotOut"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["blot_out"]}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # A constraint that stops the second of two is expected and answered; the
        # driver also warns that the rest of its pipeline was not sent.
        "psycopg": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
