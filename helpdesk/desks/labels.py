from collections.abc import Mapping
from enum import StrEnum

from helpdesk.desks.rules import DeskRefusal
from helpdesk.web.i18n import LazyText, lazy

LABELS: Mapping[StrEnum, LazyText] = {
    DeskRefusal.LANGUAGE: lazy("Choose at least one of the languages we know."),
    DeskRefusal.LINE_BUSY: lazy("Somebody is on this line just now. Take it away when the call is over."),
    DeskRefusal.LINE_ELSEWHERE: lazy("This desk has no line with this number."),
    DeskRefusal.LINE_TAKEN: lazy("This number belongs to a desk already."),
    DeskRefusal.NAME: lazy("Write a name."),
    DeskRefusal.NUMBER: lazy("This is not a telephone number."),
    DeskRefusal.PLACE_TAKEN: lazy("Another desk has this place."),
    DeskRefusal.PREFIX: lazy("A prefix has capital letters, digits and dashes, and begins with a letter."),
    DeskRefusal.SHORT_NAME: lazy("A short name has small letters, digits and dashes, and begins with a letter."),
    DeskRefusal.TAKEN: lazy("There is a desk with this short name or prefix already."),
}
