"""The words a level has as long as nobody has written others, in four languages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dunning.rules import italian_texts
from dunning.rules.dossier import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST: Mapping[str, Text] = {
    "fr": Text(
        "Rappel de paiement",
        "Madame, Monsieur,\n\n"
        "Sauf erreur de notre part, le montant ci-dessous, arrivé à échéance, ne nous "
        "est pas encore parvenu. Il s’agit sans doute d’un simple oubli.",
        "Nous vous remercions de bien vouloir régler le montant de {total} d’ici au "
        "{deadline}.\n\n"
        "Si vous avez effectué votre paiement entre-temps, veuillez considérer cette "
        "lettre comme sans objet. Nous restons volontiers à votre disposition pour "
        "toute question.\n\n"
        "Nous vous présentons, Madame, Monsieur, nos salutations les meilleures.",
        "Rappel de paiement {number}",
        "Madame, Monsieur,\n\n"
        "Sauf erreur de notre part, un montant de {total} arrivé à échéance reste "
        "ouvert. Vous trouverez ci-joint notre rappel {number}, payable d’ici au "
        "{deadline}.\n\n"
        "Si vous avez effectué votre paiement entre-temps, veuillez considérer ce "
        "message comme sans objet.\n\n"
        "Meilleures salutations",
    ),
    "de": Text(
        "Zahlungserinnerung",
        "Guten Tag\n\n"
        "Für den unten aufgeführten fälligen Betrag konnten wir noch keinen "
        "Zahlungseingang feststellen. Sicher handelt es sich um ein Versehen.",
        "Wir bitten Sie, den Betrag von {total} bis zum {deadline} zu begleichen.\n\n"
        "Sollten Sie die Zahlung inzwischen veranlasst haben, betrachten Sie dieses "
        "Schreiben bitte als gegenstandslos. Bei Fragen sind wir gerne für Sie da.\n\n"
        "Freundliche Grüsse",
        "Zahlungserinnerung {number}",
        "Guten Tag\n\n"
        "Nach unseren Unterlagen ist ein fälliger Betrag von {total} noch offen. Im "
        "Anhang erhalten Sie unsere Zahlungserinnerung {number}, zahlbar bis zum "
        "{deadline}.\n\n"
        "Sollten Sie die Zahlung inzwischen veranlasst haben, betrachten Sie diese "
        "Nachricht bitte als gegenstandslos.\n\n"
        "Freundliche Grüsse",
    ),
    "en": Text(
        "Payment reminder",
        "Dear Sir or Madam,\n\n"
        "According to our records we have not yet received the amount below, which is "
        "now past due. This may simply have been overlooked.",
        "We would be grateful if you could pay {total} by {deadline}.\n\n"
        "If you have made the payment in the meantime, please disregard this letter. "
        "If you have any questions, we are happy to help.\n\n"
        "Yours faithfully",
        "Payment reminder {number}",
        "Dear Sir or Madam,\n\n"
        "According to our records an amount of {total} is past due. Please find "
        "attached our reminder {number}, payable by {deadline}.\n\n"
        "If you have made the payment in the meantime, please disregard this "
        "message.\n\n"
        "Kind regards",
    ),
    "it": italian_texts.FIRST,
}

# `@` stands for which reminder it is: 1re relance, 1. Mahnung, First reminder notice.
LATER: Mapping[str, Text] = {
    "fr": Text(
        "@ relance",
        "Madame, Monsieur,\n\n"
        "Malgré notre précédent courrier, le montant ci-dessous, dont le délai de "
        "paiement est dépassé, ne nous est pas parvenu.",
        "Nous vous prions de verser le montant de {total} d’ici au {deadline}.\n\n"
        "Si un motif s’oppose à votre paiement, nous vous remercions de nous en "
        "informer sans tarder. Si vous avez payé entre-temps, veuillez considérer "
        "cette lettre comme sans objet.\n\n"
        "Nous vous présentons, Madame, Monsieur, nos salutations les meilleures.",
        "@ relance {number}",
        "Madame, Monsieur,\n\n"
        "Malgré notre précédent courrier, un montant de {total} reste impayé. Vous "
        "trouverez ci-joint notre relance {number}; nous vous prions de régler ce "
        "montant d’ici au {deadline}.\n\n"
        "Si vous avez effectué votre paiement entre-temps, veuillez considérer ce "
        "message comme sans objet.\n\n"
        "Meilleures salutations",
    ),
    "de": Text(
        "@ Mahnung",
        "Guten Tag\n\n"
        "Trotz unseres letzten Schreibens ist der unten aufgeführte Betrag noch offen; "
        "die Zahlungsfrist ist abgelaufen.",
        "Wir bitten Sie, den Betrag von {total} bis zum {deadline} zu überweisen.\n\n"
        "Falls Ihrer Zahlung etwas entgegensteht, teilen Sie uns dies bitte umgehend "
        "mit. Haben Sie inzwischen bezahlt, betrachten Sie dieses Schreiben bitte als "
        "gegenstandslos.\n\n"
        "Freundliche Grüsse",
        "@ Mahnung {number}",
        "Guten Tag\n\n"
        "Trotz unseres letzten Schreibens ist ein Betrag von {total} noch offen. Im "
        "Anhang erhalten Sie unsere Mahnung {number}; wir bitten Sie um Zahlung bis "
        "zum {deadline}.\n\n"
        "Haben Sie inzwischen bezahlt, betrachten Sie diese Nachricht bitte als "
        "gegenstandslos.\n\n"
        "Freundliche Grüsse",
    ),
    "en": Text(
        "@ reminder notice",
        "Dear Sir or Madam,\n\n"
        "Despite our previous letter we have not received the amount below, and the "
        "time allowed for it has passed.",
        "Please pay {total} by {deadline}.\n\n"
        "If there is a reason why you are withholding payment, please let us know "
        "without delay. If you have paid in the meantime, please disregard this "
        "letter.\n\n"
        "Yours faithfully",
        "@ reminder notice {number}",
        "Dear Sir or Madam,\n\n"
        "Despite our previous letter an amount of {total} is still unpaid. Please "
        "find attached our reminder {number}; we ask you to pay by {deadline}.\n\n"
        "If you have paid in the meantime, please disregard this message.\n\n"
        "Kind regards",
    ),
    "it": italian_texts.LATER,
}

LAST: Mapping[str, Text] = {
    "fr": Text(
        "Mise en demeure",
        "Madame, Monsieur,\n\n"
        "Nos rappels précédents étant restés sans effet, nous vous mettons en demeure "
        "de régler le montant ci-dessous.",
        "Nous vous accordons un ultime délai au {deadline} pour verser le montant de "
        "{total}.\n\n"
        "Sans paiement de votre part dans ce délai, nous nous verrons contraints "
        "d’engager une procédure de recouvrement sans autre avis. Si vous souhaitez "
        "convenir d’un arrangement, veuillez nous contacter avant cette date.\n\n"
        "Nous vous présentons, Madame, Monsieur, nos salutations distinguées.",
        "Mise en demeure {number}",
        "Madame, Monsieur,\n\n"
        "Nos rappels précédents sont restés sans effet. Vous trouverez ci-joint notre "
        "mise en demeure {number} de {total}, payable d’ici au {deadline} au plus "
        "tard.\n\n"
        "Si vous souhaitez convenir d’un arrangement, veuillez nous contacter avant "
        "cette date.\n\n"
        "Salutations distinguées",
    ),
    "de": Text(
        "Letzte Mahnung",
        "Guten Tag\n\n"
        "Unsere bisherigen Schreiben sind ohne Erfolg geblieben. Wir fordern Sie "
        "hiermit letztmals auf, den unten aufgeführten Betrag zu begleichen.",
        "Wir setzen Ihnen eine letzte Frist bis zum {deadline}, um den Betrag von "
        "{total} zu überweisen.\n\n"
        "Nach unbenutztem Ablauf dieser Frist sehen wir uns gezwungen, ohne weitere "
        "Ankündigung rechtliche Schritte einzuleiten. Möchten Sie eine andere Regelung "
        "vereinbaren, wenden Sie sich bitte vor diesem Datum an uns.\n\n"
        "Freundliche Grüsse",
        "Letzte Mahnung {number}",
        "Guten Tag\n\n"
        "Unsere bisherigen Schreiben sind ohne Erfolg geblieben. Im Anhang erhalten "
        "Sie unsere letzte Mahnung {number} über {total}, zahlbar bis spätestens "
        "{deadline}.\n\n"
        "Möchten Sie eine andere Regelung vereinbaren, wenden Sie sich bitte vor "
        "diesem Datum an uns.\n\n"
        "Freundliche Grüsse",
    ),
    "en": Text(
        "Final reminder",
        "Dear Sir or Madam,\n\n"
        "Our previous reminders have remained without effect. We hereby ask you for "
        "the last time to settle the amount below.",
        "We grant you a final period until {deadline} to pay {total}.\n\n"
        "If we do not receive your payment by then, we shall have to start recovery "
        "proceedings without further notice. If you would like to agree on another "
        "arrangement, please contact us before this date.\n\n"
        "Yours faithfully",
        "Final reminder {number}",
        "Dear Sir or Madam,\n\n"
        "Our previous reminders have remained without effect. Please find attached "
        "our final reminder {number} for {total}, payable by {deadline} at the "
        "latest.\n\n"
        "If you would like to agree on another arrangement, please contact us before "
        "this date.\n\n"
        "Yours faithfully",
    ),
    "it": italian_texts.LAST,
}

FINAL_NAMES = (
    *("mise en demeure", "derni", "letzte", "final", "last"),
    *("diffida", "ultim", "messa in mora"),
)
ENGLISH = ("First", "Second", "Third", "Fourth", "Fifth")


def default_texts(position: int, name: str) -> dict[str, Text]:
    """Texts for a level: a friendly first one, numbered later ones, a last warning.

    A level is the last warning by its name; level 2 is the first reminder after the
    friendly one.
    """
    if name.casefold().startswith(FINAL_NAMES):
        return dict(LAST)
    if position <= 1:
        return dict(FIRST)
    return {
        language: replace(
            text,
            title=text.title.replace("@", _ordinal(position - 1, language)),
            subject=text.subject.replace("@", _ordinal(position - 1, language)),
        )
        for language, text in LATER.items()
    }


def _ordinal(count: int, language: str) -> str:
    if language == "fr":
        return "1re" if count == 1 else f"{count}e"
    if language == "de":
        return f"{count}."
    if language == "it":
        return f"{count}°"
    return ENGLISH[count - 1] if count <= len(ENGLISH) else f"{count}th"
