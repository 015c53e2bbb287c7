"""Words for files. Whoever sends one reads them as well, so they are translated into every language."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.files.rules import Apart, FileKind, FileRefusal
from helpdesk.web.i18n import LazyText, lazy

LABELS: Mapping[StrEnum, LazyText] = {
    FileRefusal.EMPTY: lazy("This file is empty."),
    FileRefusal.NOT_ACCEPTED: lazy("We can take pictures, sound, PDF and text documents. We cannot take this file."),
    FileRefusal.TOO_LARGE: lazy("This file is too large. The limit is %(most)s MB."),
    FileRefusal.TOO_MANY: lazy("There are too many files. The limit is %(most)s."),
}

KINDS: Mapping[FileKind, LazyText] = {
    FileKind.DOCUMENT: lazy("Document"),
    FileKind.PICTURE: lazy("Picture"),
    FileKind.SOUND: lazy("Sound"),
}

APART: Mapping[Apart, LazyText] = {
    Apart.HOLDS_PROGRAM: lazy("Kept apart: it holds a program."),
    Apart.PRETENDS: lazy("Kept apart: it pretends to be something else."),
    Apart.UNREADABLE: lazy("Kept apart: it cannot be opened as a picture."),
}
