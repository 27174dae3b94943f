"""The demo company: its clients, and every situation of the desk once.

All people, firms and addresses are made up. Days are counted back from the day the
demo is built, so that it looks alive on any day.
"""

from __future__ import annotations

from typing import NamedTuple


class DemoClient(NamedTuple):
    """A client, and the amount and currency of its paid invoices of the past year."""

    number: str
    name: str
    street: str
    postcode: str
    city: str
    country: str
    language: str
    email: str
    amount: str
    currency: str
    kind: str = "company"


class DemoInvoice(NamedTuple):
    """An invoice: days since its date and since its due date (negative: to come)."""

    client: str
    issued: int
    due: int
    amount: str
    currency: str = "CHF"
    name: str = ""


class DemoCredit(NamedTuple):
    """Money or a credit for a named invoice: days since, the amount, the part used."""

    invoice: str
    ago: int
    amount: str
    part: str
    kind: str = "payment"


class DemoStatement(NamedTuple):
    """A statement: its first and last day in days since, the last one it was made."""

    client: str
    first: int
    last: int
    key: str


class DemoAnswer(NamedTuple):
    """What a client says of an invoice on the page of its last statement."""

    invoice: str
    kind: str
    by: str
    days: int | None = None
    reference: str = ""
    text: str = ""


class DemoReceipt(NamedTuple):
    """Money in the bank file; with an invoice and no text, by its reference."""

    invoice: str = ""
    amount: str = ""
    payer: str = ""
    text: str = ""


COMPANY = {
    "name": "Fiduciaire Arvel SA",
    "street": "Rue du Simplon 14",
    "postcode": "1800",
    "city": "Vevey",
    "country": "CH",
    "language": "fr",
    "currency": "CHF",
    "email": "debiteurs@arvel.example",
    "phone": "+41 21 555 01 40",
    "website": "www.arvel.example",
    "vat_number": "CHE-107.787.577 TVA",
    "iban": "CH93 0076 2011 6238 5295 7",
    "bank_name": "Banque Arvel",
}

ACCOUNTS: list[dict[str, str]] = [
    {
        "name": "Compte courant CHF",
        "iban": "CH9300762011623852957",
        "qr_iban": "CH6630808001234567890",
        "bank": "Banque Arvel",
        "currency": "CHF",
        "ledger": "1020",
    },
    {
        "name": "Compte courant EUR",
        "iban": "CH2909000000250094239",
        "bank": "Banque Arvel",
        "currency": "EUR",
        "ledger": "1022",
    },
]

CLIENTS = [
    DemoClient(
        "D-101", "Boulangerie Aubert Sàrl", "Grand-Rue 8", "1820", "Montreux",
        "CH", "fr", "compta@aubert.example", "420.00", "CHF",
    ),
    DemoClient(
        "D-102", "Weber Schreinerei AG", "Industriestrasse 22", "3600", "Thun",
        "CH", "de", "buchhaltung@weber.example", "1180.00", "CHF",
    ),
    DemoClient(
        "D-103", "Hotel Alpenblick GmbH", "Dorfstrasse 41", "3818", "Grindelwald",
        "CH", "de", "office@alpenblick.example", "2350.00", "CHF",
    ),
    DemoClient(
        "D-104", "Garage des Trois-Lacs SA", "Route de Neuchâtel 5", "1400",
        "Yverdon-les-Bains", "CH", "fr", "garage@troislacs.example", "890.00", "CHF",
    ),
    DemoClient(
        "D-105", "Meyer & Söhne Bau AG", "Werkhofweg 3", "6210", "Sursee",
        "CH", "de", "finanzen@meyerbau.example", "5400.00", "CHF",
    ),
    DemoClient(
        "D-106", "Atelier Lumière SAS", "12 quai Saint-Antoine", "69002", "Lyon",
        "FR", "fr", "gestion@lumiere.example", "760.00", "EUR",
    ),
    DemoClient(
        "D-107", "Helvetic Data Ltd", "Technopark 1", "8005", "Zürich",
        "CH", "en", "accounts@helveticdata.example", "3120.00", "CHF",
    ),
    DemoClient(
        "D-108", "Café du Marché", "Place du Marché 2", "1110", "Morges",
        "CH", "fr", "cafe@marche.example", "310.00", "CHF",
    ),
    DemoClient(
        "D-109", "Huber Medizintechnik KG", "Lindwurmstraße 77", "80337", "München",
        "DE", "de", "rechnung@huber.example", "1890.00", "EUR",
    ),
    DemoClient(
        "D-110", "Clinique vétérinaire du Jura", "Rue de la Gare 19", "2800",
        "Delémont", "CH", "fr", "admin@vetjura.example", "640.00", "CHF",
    ),
    DemoClient(
        "D-111", "Jeanne Rochat", "Chemin des Vignes 6", "1095", "Lutry",
        "CH", "fr", "", "180.00", "CHF", "consumer",
    ),
    DemoClient(
        "D-112", "Northwind Consulting Ltd", "27 Clerkenwell Green", "EC1R 0DP",
        "London", "GB", "en", "payables@northwind.example", "", "EUR",
    ),
    DemoClient(
        "D-113", "Imprimerie Collet SA", "Rue de l'Industrie 31", "1630", "Bulle",
        "CH", "fr", "comptabilite@collet.example", "980.00", "CHF",
    ),
    DemoClient(
        "D-114", "Keller Transporte AG", "Güterstrasse 9", "4133", "Pratteln",
        "CH", "de", "buchhaltung@kellertransporte.example", "1450.00", "CHF",
    ),
    DemoClient(
        "D-115", "Fitness Lémanique Sàrl", "Avenue de la Gare 17", "1003", "Lausanne",
        "CH", "fr", "direction@fitlem.example", "520.00", "CHF",
    ),
    DemoClient(
        "D-116", "Bauer Werkzeuge GmbH", "Hafenstraße 120", "79576", "Weil am Rhein",
        "DE", "de", "rechnungen@bauerwerkzeuge.example", "2260.00", "EUR",
    ),
    DemoClient(
        "D-117", "École de musique Vivace", "Rue du Conservatoire 4", "1204", "Genève",
        "CH", "fr", "secretariat@vivace.example", "275.00", "CHF",
    ),
]  # fmt: skip

# Paid invoices of the past year, for every client with an amount: days since the
# invoice, and how many days after it the money came.
PAST = [(330, 24), (265, 31), (200, 28), (150, 33)]

INVOICES = [
    DemoInvoice("D-101", 25, -5, "435.00", name="due soon"),
    DemoInvoice("D-101", 3, -27, "435.00"),
    DemoInvoice("D-102", 50, 20, "1240.00", name="level 1"),
    DemoInvoice("D-102", 38, 8, "615.50", name="to remind"),
    DemoInvoice("D-103", 125, 95, "980.00", name="paid after a reminder"),
    DemoInvoice("D-103", 85, 55, "2475.40", name="level 2"),
    DemoInvoice("D-104", 148, 118, "1320.00", name="uncollectible"),
    DemoInvoice("D-104", 130, 100, "1765.25", name="last level"),
    DemoInvoice("D-105", 39, 9, "8400.00", name="partly paid"),
    DemoInvoice("D-105", 12, -18, "5400.00", name="not due"),
    DemoInvoice("D-106", 40, 10, "1250.00", "EUR", "two currencies"),
    DemoInvoice("D-106", 20, -10, "980.00", "CHF", "named"),
    DemoInvoice("D-107", 45, 15, "2160.00", name="overpaid"),
    DemoInvoice("D-107", 18, -12, "3120.00", name="to be paid soon"),
    DemoInvoice("D-108", 65, 35, "745.00", name="disputed"),
    DemoInvoice("D-108", 22, -8, "310.00", name="credited"),
    DemoInvoice("D-109", 55, 25, "5600.00", "EUR", "promised"),
    DemoInvoice("D-109", 10, -20, "1890.00", "EUR"),
    DemoInvoice("D-110", 60, 30, "1150.00", name="blocked"),
    DemoInvoice("D-110", 33, 3, "640.00"),
    DemoInvoice("D-111", 48, 18, "265.00", name="no e-mail"),
    DemoInvoice("D-112", 15, -15, "4500.00", "EUR", "the only one"),
    DemoInvoice("D-113", 52, 22, "1180.00", name="disputed in part"),
    DemoInvoice("D-114", 64, 34, "1450.00", name="promise kept"),
    DemoInvoice("D-114", 57, 27, "2130.00", name="promise broken"),
    DemoInvoice("D-115", 110, 80, "1560.00", name="in a plan"),
    DemoInvoice("D-115", 80, 50, "840.00", name="also in the plan"),
    DemoInvoice("D-116", 92, 62, "4720.00", "EUR", "interest by law"),
    DemoInvoice("D-117", 80, 50, "390.00", name="letter withdrawn"),
]

CREDITS = [
    DemoCredit("paid after a reminder", 72, "980.00", "980.00"),
    DemoCredit("partly paid", 4, "3000.00", "3000.00"),
    DemoCredit("overpaid", 12, "2400.00", "2160.00"),
    DemoCredit("credited", 9, "60.00", "60.00", "credit_note"),
    DemoCredit("promise kept", 21, "1450.00", "1450.00"),
    DemoCredit("in a plan", 19, "800.00", "800.00"),
]

RUNS = [80, 60, 38, 6]
"""Days since each dunning run."""

# Each of the following: whom or what it is about, days since, and why.
DISPUTE = ("disputed", 33, "Deux prestations contestées, décompte demandé")
DISPUTED_PART = ("disputed in part", 14, "180.00", "Livraison du 3 non conforme")
UNCOLLECTIBLE = ("uncollectible", 45, "Acte de défaut de biens")
# With how many days ago the promised day was; negative: to come.
PROMISES = [
    ("promised", 7, -6, "Zahlung per Telefon zugesagt, Frau Huber"),
    ("promise kept", 26, 20, "Zahlung per Telefon zugesagt, Herr Keller"),
    ("promise broken", 21, 11, "Zahlung per E-Mail zugesagt"),
]
BLOCK = ("D-110", 28, "Litige sur le mandat, en discussion avec la direction")
# Instalments: days ago, and the amount; together what was open.
PLAN = (
    ("in a plan", "also in the plan"),
    36,
    [(18, "800.00"), (-12, "800.00"), (-42, "800.00")],
    "Trois mensualités convenues avec la direction",
)
WITHDRAWN = ("letter withdrawn", 38, "Relance adressée par erreur: avoir en discussion")
BY_POST = "D-113"
# A business in Germany owes interest by law, and 40 € for each late invoice.
BY_LAW = (
    "D-116",
    {
        "name": "Deutschland, Unternehmen",
        "levels": [
            {
                "name": name,
                "grace_days": 5,
                "term_days": 10,
                "legal_interest": True,
                "lump_sum": True,
            }
            for name in ("Zahlungserinnerung", "1. Mahnung", "2. Mahnung")
        ],
    },
)
# The first of two: a payment of its last day was booked after it was made, so the
# second one names it as a correction.
STATEMENT = DemoStatement("D-107", 364, 12, "demo-statement-first")
STATEMENTS = [
    DemoStatement("D-107", 11, 0, "demo-statement-second"),
    DemoStatement("D-106", 120, 0, "demo-statement"),
]
ANSWERS = [
    DemoAnswer("two currencies", "paid", "Paul Garnier", -1, "Virement 4711"),
    DemoAnswer("named", "dispute", "Paul Garnier", text="Deux heures de trop au 12."),
    DemoAnswer("to be paid soon", "promise", "Accounts payable", 9),
]
SCHEDULE = "Relevés mensuels"
CONTACTS = [
    ("D-105", "reminder", "Rita Meyer", "r.meyer@meyerbau.example", "de"),
    ("D-106", "statement", "Paul Garnier", "p.garnier@lumiere.example", "fr"),
    ("D-107", "invoice", "Accounts payable", "invoices@helveticdata.example", ""),
]
DRAFT = ("D-103", "2350.00")
# Exact references, a name without one, and somebody nobody knows.
RECEIVED = [
    DemoReceipt("due soon"),
    DemoReceipt("not due"),
    DemoReceipt("named", text="Honoraires mandat, merci"),
    DemoReceipt(amount="88.40", payer="Fondation Rive Sud", text="Cotisation"),
]
