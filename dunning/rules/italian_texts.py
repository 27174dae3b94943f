"""The usual words of a level in Italian; `default_texts` has the other languages."""

from __future__ import annotations

from dunning.rules.dossier import Text

FIRST = Text(
    "Richiamo di pagamento",
    "Gentili Signore, egregi Signori,\n\n"
    "salvo errore da parte nostra, l’importo qui sotto, giunto a scadenza, non ci è "
    "ancora pervenuto. Si tratta certamente di una semplice dimenticanza.",
    "Vi preghiamo di versare l’importo di {total} entro il {deadline}.\n\n"
    "Se nel frattempo avete effettuato il pagamento, vogliate considerare nulla la "
    "presente lettera. Restiamo volentieri a vostra disposizione per qualsiasi "
    "domanda.\n\n"
    "Distinti saluti",
    "Richiamo di pagamento {number}",
    "Gentili Signore, egregi Signori,\n\n"
    "salvo errore da parte nostra, un importo di {total} giunto a scadenza è ancora "
    "aperto. In allegato trovate il nostro richiamo {number}, pagabile entro il "
    "{deadline}.\n\n"
    "Se nel frattempo avete effettuato il pagamento, vogliate considerare nullo il "
    "presente messaggio.\n\n"
    "Cordiali saluti",
)

# `@` stands for which reminder it is: 1° sollecito.
LATER = Text(
    "@ sollecito",
    "Gentili Signore, egregi Signori,\n\n"
    "nonostante la nostra ultima lettera, l’importo qui sotto, il cui termine di "
    "pagamento è scaduto, non ci è pervenuto.",
    "Vi preghiamo di versare l’importo di {total} entro il {deadline}.\n\n"
    "Se vi è un motivo che si oppone al pagamento, vi preghiamo di comunicarcelo "
    "senza indugio. Se nel frattempo avete pagato, vogliate considerare nulla la "
    "presente lettera.\n\n"
    "Distinti saluti",
    "@ sollecito {number}",
    "Gentili Signore, egregi Signori,\n\n"
    "nonostante la nostra ultima lettera, un importo di {total} non è ancora stato "
    "pagato. In allegato trovate il nostro sollecito {number}; vi preghiamo di "
    "versare l’importo entro il {deadline}.\n\n"
    "Se nel frattempo avete pagato, vogliate considerare nullo il presente "
    "messaggio.\n\n"
    "Cordiali saluti",
)

LAST = Text(
    "Diffida di pagamento",
    "Gentili Signore, egregi Signori,\n\n"
    "i nostri solleciti precedenti sono rimasti senza esito. Con la presente vi "
    "diffidiamo per l’ultima volta a versare l’importo qui sotto.",
    "Vi accordiamo un ultimo termine al {deadline} per versare l’importo di "
    "{total}.\n\n"
    "Trascorso infruttuosamente questo termine, saremo costretti ad avviare la "
    "procedura di recupero senza ulteriore preavviso. Se desiderate concordare una "
    "soluzione, vi preghiamo di contattarci prima di questa data.\n\n"
    "Distinti saluti",
    "Diffida di pagamento {number}",
    "Gentili Signore, egregi Signori,\n\n"
    "i nostri solleciti precedenti sono rimasti senza esito. In allegato trovate la "
    "nostra diffida {number} di {total}, pagabile al più tardi entro il {deadline}."
    "\n\n"
    "Se desiderate concordare una soluzione, vi preghiamo di contattarci prima di "
    "questa data.\n\n"
    "Distinti saluti",
)
