"""Words and shapes by which a line of a news page gives away what it is.

The lists cover English, German, French and Spanish pages. They only propose: a person corrects what
they get wrong.
"""

from __future__ import annotations

import re

from ..annotation.dates import MONTHS

__all__ = ["BEGINNINGS", "LINK_LIST", "is_byline", "is_dateline", "split_credit"]

FLAGS = re.IGNORECASE


def _begins(words: str) -> re.Pattern[str]:
    """A pattern for lines that begin with one of some phrases, which `|` divides."""
    return re.compile(rf"({words})(?!\w)", FLAGS)


AGENCIES = (
    "getty images|reuters|afp|ap photo|dpa|efe|imago|tass|epa|shutterstock|picture-alliance|pa wire"
)
# Label -> how its lines begin. The first that fits decides.
BEGINNINGS = {
    "Note": re.compile(
        r"©|\(c\)|copyright|all rights reserved|alle rechte vorbehalten|tous droits|todos los derechos"
        r"|reproduction interdite|prohibida su repro|correction|clarification|korrektur|rectificati"
        r"|anmerkung der redaktion|editor'?s'? note|note de la r|nota de la redac|fe de errores"
        r"|\W*this (article|commentary|story|report|piece) (was|is|has|first|originally)\b"
        r"|(the )?views expressed|additional reporting|our standards|summary$",
        FLAGS,
    ),
    "Caption": _begins("image caption|caption|bildunterschrift|légende|pie de foto"),
    "Credit": re.compile(
        r"(image|photos?|photographs?|pictures?|fotos?|bild|bilder|imagen|crédits?( photo)?|credit)"
        rf"s?( source)?( ?:|( by| von| par| por) \w)|({AGENCIES})\b[^.]{{0,40}}$",
        FLAGS,
    ),
    "Link": _begins(
        "read more|read next|read also|also read|see also|related|more on this|more from|more stories"
        "|you may also|explore more|watch|listen|lesen sie|mehr zum thema|mehr dazu|siehe auch"
        "|(à )?lire aussi|voir aussi|sur le même|lee también|leer más|más información|te puede"
        "|ver también"
    ),
    "Navigation": _begins(
        r"\d+\. skip|skip to|menu|menü|menú|home|startseite|accueil|inicio|open navigation|my account"
        "|share|save|print|pdf|email|copy link|facebook|linkedin|x|whatsapp|teilen|merken|drucken"
        "|partager|offrir|écouter|imprimer|compartir|copiar|imprimir|guardar|artikel verschenken"
        "|subscribe|sign (up|in)|log ?in|register|abonnieren|newsletter|anmelden|einloggen"
        "|s.abonner|se connecter|suscr[ií]\\w*|iniciar sesi|get the latest|follow|folgen|suivre"
        "|search|suche|rechercher|buscar|zum inhalt|aller au|ir al|sections|top stories|most read"
        "|meistgelesen|les plus lus|lo más|advertisement|anzeige|publicité|publicidad|article cont"
        r"|\d+ comments?|comments?|kommentare?|commentaires?|comentarios?|diskutieren|feedback"
        "|tags?|topics?|themen|temps de lecture|reading time|item \\d|cookies?|terms|privacy|contact"
        "|purchase|reuse|impressum|datenschutz|nutzungsbed|kontakt|mentions|politique|aviso legal"
        "|política de"
    ),
}
LINK_LIST = 12  # words that the title of another article has at most

OTHER_MONTHS = (
    "januar februar märz april mai juni juli august september oktober november dezember "
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
).split()
MONTH = "|".join(dict.fromkeys(f"{name}|{name[:3]}" for name in [*MONTHS, *OTHER_MONTHS]))
MONTH = rf"(?:{MONTH}|sept)\.?"
ORDINAL = r"\d{1,2}(?:st|nd|rd|th|er|\.)?"
DATE = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}"
    rf"|{ORDINAL}\s+(?:de\s+)?{MONTH},?\s+(?:de\s+)?\d{{4}}|{MONTH}\s+{ORDINAL},?\s+\d{{4}}",
    FLAGS,
)
# what may stand beside the date: times, zones of time, weekdays, "updated"
BESIDE = re.compile(
    r"\d{1,2} ?[:.h] ?\d\d|\d{1,2} (?:hours?|minutes?|days?) ago|[+-]\d{1,2}\b"
    r"|\b(?:am|pm|gmt|utc|cest|cet|bst|edt|est|uhr|h|at|on|um|à|a|le|las|el|de|ago|stand"
    r"|(?:last )?(?:published|updated|modified|posted)|aktualisiert|veröffentlicht|publié|modifié"
    r"|mis à jour|publicado|actualizado"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b",
    FLAGS,
)
BY = r"by|von|par|por|di|and|und|et|y|e|words|text|ein|eine|bericht|un|reporting|editing"
NAMES_ONLY = re.compile(rf"(?:{BY})", FLAGS)
BYLINE = re.compile(
    r"(?:(?:words|text|reporting|written|edited) by|by|von|ein bericht von|par|por)\s+(?=[A-ZÀ-Þ])",
    FLAGS,
)
POST = re.compile(r"@\w+|.*\b(?:correspondent|reporter|editor|redakteur\w*|korrespondent\w*)", FLAGS)
TAIL = re.compile(
    r"(?<=[.!?…\"”“»’'])\s+(?P<credit>[^.!?]{0,60}?\w\s?/\s?\w[^.!?]{0,40})$"
    r"|\s*(?P<named>\(?(?:image|photo|photograph|picture|foto|bild|imagen|crédit)s? ?(?:source)?:.*)$",
    FLAGS,
)


def is_dateline(line: str) -> bool:
    """Whether a line is a date with nothing but times, weekdays and words such as "updated".

    >>> is_dateline("Published: 14:03, 14 January 2026"), is_dateline("On 6 May 2024 he left")
    (True, False)
    """
    rest, dates = DATE.subn(" ", line)
    return dates > 0 and not re.search(r"\w", BESIDE.sub(" ", rest))


def is_byline(line: str, authors: list[str], after_byline: bool) -> bool:
    """Whether a line names authors, or says who they are and follows a line that names them.

    >>> is_byline("Nora Vale and T. Reyes", ["Nora Vale", "T. Reyes"], False)
    True
    """
    rest = plain(line)
    for name in sorted(map(plain, authors), key=len, reverse=True):
        rest = rest.replace(name, " ")
    named = rest != plain(line)
    if named and all(map(NAMES_ONLY.fullmatch, re.findall(r"\w+", rest))):
        return True
    if named and BYLINE.match(line):
        return not line.endswith(".")
    return after_byline and POST.match(line) is not None and not line.endswith(".")


def split_credit(line: str) -> int | None:
    """Return where the credit begins that runs on from a caption in the same line, if one does.

    >>> line = "The quay on Friday. Foto: Ulf Brand/dpa"
    >>> line[split_credit(line):]
    'Foto: Ulf Brand/dpa'
    """
    found = TAIL.search(line)
    if found is None:
        return None
    return found.start("credit") if found["credit"] else found.start("named")


def plain(words: str) -> str:
    """Return words in lower case, one blank between them."""
    return " ".join(words.split()).casefold()


def __dir__() -> list[str]:
    return __all__
