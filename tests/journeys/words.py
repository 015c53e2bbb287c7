"""Words as they stand on the page in the reader's language, so that a journey goes the same way in each."""

import re
from functools import cache

from babel.support import NullTranslations, Translations

from helpdesk.kernel.codes import codes
from helpdesk.web.i18n import TRANSLATIONS

_PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


@cache
def _catalog(language: str) -> NullTranslations:
    """All sentences for the languages of the staff, those of the public face for the others."""
    locale = language.replace("-", "_")
    found = Translations.load(str(TRANSLATIONS), [locale])
    return found if isinstance(found, Translations) else Translations.load(str(TRANSLATIONS), [locale], "public")


def word(sentence: str, language: str) -> str:
    """A sentence of the source, as the page says it."""
    return _catalog(language).gettext(sentence)


def shape(sentence: str, language: str) -> re.Pattern[str]:
    """Likewise, where the page puts values into the sentence."""
    return re.compile(".*".join(re.escape(part) for part in _PLACEHOLDER.split(word(sentence, language))))


def label(list_name: str, code: str, language: str) -> str:
    return codes(list_name).label(code, language)
