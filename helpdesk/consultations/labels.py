"""Words for the refusals and choices of contacts and advices."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.consultations.rules.closing import ClosingRefusal
from helpdesk.consultations.rules.codes import Danger
from helpdesk.consultations.rules.handover import Left
from helpdesk.consultations.rules.notes import Family
from helpdesk.consultations.rules.sheet import SheetRefusal
from helpdesk.consultations.rules.statistics import Breakdown
from helpdesk.consultations.service.referrals import ReferralRefusal
from helpdesk.web.i18n import LazyText, lazy

LABELS: dict[StrEnum, LazyText] = {
    SheetRefusal.NOT_A_CODE: lazy("Choose one of the offered answers."),
    SheetRefusal.NOT_A_GMINA: lazy("Choose a gmina from the list: several have the same name."),
    SheetRefusal.NOT_A_MOMENT: lazy("Write the day and the time, for example 5.10.2023 and 18:10."),
    SheetRefusal.NOT_A_NUMBER: lazy("Write a whole number from 0 to %(most)s."),
    SheetRefusal.TOO_LONG: lazy("Write at most %(most)s characters."),
    SheetRefusal.UNKNOWN_FIELD: lazy("This field is not on the sheet."),
    ClosingRefusal.ALREADY_CLOSED: lazy("This contact is closed. To change it, correct it and say why."),
    ClosingRefusal.END_BEFORE_START: lazy("The end is before the start. Correct one of them."),
    ClosingRefusal.GROUP_EMPTY: lazy("A group has at least one person."),
    ClosingRefusal.GROUP_MISSING: lazy("Choose the professional group of the person who works in the field."),
    ClosingRefusal.GROUP_NEEDS_NOTE: lazy("Write who the others were; the table needs a note for this group."),
    ClosingRefusal.GROUP_WITHOUT_PROFESSIONAL: lazy(
        "A professional group goes with the role of a professional. If she asked about herself, remove the group.",
    ),
    ClosingRefusal.HELP_MISSING: lazy("Choose at least one kind of help that was given."),
    ClosingRefusal.NOT_AN_OUTCOME: lazy("Choose how the contact ended."),
    ClosingRefusal.NOTHING_TO_CLOSE: lazy(
        "No advice is written down. Choose a role and the help given, or another outcome."
    ),
    ClosingRefusal.PROMISE_WITHOUT_TIME: lazy("Write until when this was promised."),
    ClosingRefusal.ROLE_MISSING: lazy("Choose the role of the person in this conversation."),
    ClosingRefusal.ROLE_TWICE: lazy("You already have an advice for this role. Several kinds of help are one advice."),
    ClosingRefusal.WITNESSES_EXCEED_CHILDREN: lazy(
        "More children saw the violence than live in the home. Correct one of the numbers."
    ),
    ReferralRefusal.NOT_A_STATE: lazy("Choose one of the states of a referral."),
    ReferralRefusal.NOT_FOUND: lazy("Choose an institution from the list."),
}

DANGERS: Mapping[Danger, LazyText] = {
    Danger.YES: lazy("yes, in danger now"),
    Danger.NO: lazy("no"),
    Danger.UNKNOWN: lazy("not known"),
}

BREAKDOWNS: Mapping[Breakdown, LazyText] = {
    Breakdown.CHANNEL: lazy("Contacts by channel"),
    Breakdown.LANGUAGE: lazy("Contacts by language"),
    Breakdown.OUTCOME: lazy("Contacts by outcome"),
    Breakdown.SEX: lazy("Contacts by sex"),
    Breakdown.AGE: lazy("Contacts by age"),
    Breakdown.PROFESSION: lazy("Advices by profession"),
    Breakdown.ROLE: lazy("Advices by role"),
    Breakdown.HELP: lazy("Advices by kind of help"),
    Breakdown.FORMS: lazy("Advices by form of violence"),
}
CODE_LISTS: Mapping[Breakdown, str] = {
    Breakdown.CHANNEL: "channels",
    Breakdown.OUTCOME: "outcomes",
    Breakdown.SEX: "sexes",
    Breakdown.AGE: "ages",
    Breakdown.ROLE: "roles",
    Breakdown.HELP: "help-kinds",
    Breakdown.FORMS: "forms",
}

LEFT: Mapping[Left, LazyText] = {
    Left.URGENT: lazy("urgent"),
    Left.PROMISED: lazy("promised"),
    Left.UNREAD: lazy("unread"),
    Left.OPEN: lazy("not closed"),
}

NOTES: Mapping[Family, LazyText] = {
    Family.PSYCHOLOGICAL: lazy("Psychological note (psychologists only)"),
    Family.LEGAL: lazy("Legal note (lawyers only)"),
    Family.SUPERVISION: lazy("Supervisor's note (supervisors only)"),
    Family.OTHER: lazy("Note (your profession only)"),
}
