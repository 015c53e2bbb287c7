"""Words for what is safe and what is not, for the people of the desks. What a person helped reads stands in `data/`."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.outreach.rules import ReminderRefusal, Way
from helpdesk.web.i18n import LazyText, lazy

LABELS: Mapping[StrEnum, LazyText] = {
    ReminderRefusal.ADDRESS_MISSING: lazy("Write the e-mail address to which it is safe to write."),
    ReminderRefusal.ADDRESS_WRONG: lazy("This is not an e-mail address. Write it like name@example.org."),
    ReminderRefusal.HOURS_MISSING: lazy("Choose from which hour until which hour it is safe. They must differ."),
    ReminderRefusal.NOT_BY_SMS: lazy("Text messages cannot be sent yet. Choose e-mail, or no reminder."),
    ReminderRefusal.NOT_SAFE_ANY_MORE: lazy("The day until which it was safe has passed, so no reminder is sent."),
    ReminderRefusal.NO_MOMENT: lazy(
        "None of the safe hours lies on a day before the appointment, so no reminder can be sent. Choose no reminder."
    ),
    ReminderRefusal.OUTSIDE_HOURS: lazy("It is not safe to write at this hour."),
    ReminderRefusal.TOO_LATE: lazy("The appointment has begun, so no reminder is sent."),
}

WAYS: Mapping[Way, LazyText] = {
    Way.EMAIL: lazy("by e-mail"),
    Way.SMS: lazy("by text message"),
}
