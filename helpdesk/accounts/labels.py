"""Words for refusals, roles and professions. Roles and professions share some codes, so each kind has a table of its own."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.accounts.rules import AccountRefusal
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.web.i18n import LazyText, lazy

LABELS: Mapping[StrEnum, LazyText] = {
    AccountRefusal.ACCOUNT_IN_USE: lazy(
        "This person has chosen a password already. Whoever runs the server can give out a new start password."
    ),
    AccountRefusal.BORDER_GUARD_ROLES: lazy("A Border Guard officer can only have the role of a duty officer."),
    AccountRefusal.BUSY: lazy("Many people are signing in at this moment. Wait a few seconds and try again."),
    AccountRefusal.CODE_WRONG: lazy(
        "This code is not right or was used already. Wait for the next code and type that one."
    ),
    AccountRefusal.LAST_ADMINISTRATOR: lazy(
        "This person is the last administrator of this desk. Appoint another one first."
    ),
    AccountRefusal.LAST_SECOND_FACTOR: lazy("This is your only second factor. Set up another one first."),
    AccountRefusal.LOGIN_MALFORMED: lazy(
        "Use only letters from a to z, digits and the signs . - _ @, and begin and end with a letter or a digit."
    ),
    AccountRefusal.LOGIN_TAKEN: lazy(
        "Somebody has this login already. Choose another one, or add the person by the login."
    ),
    AccountRefusal.LOGIN_UNKNOWN: lazy("Nobody has this login. Check the spelling, or add the person as a new one."),
    AccountRefusal.MEMBER_ALREADY: lazy("This person works at this desk already."),
    AccountRefusal.NO_ROLE: lazy("Choose at least one role."),
    AccountRefusal.OWN_MEMBERSHIP: lazy("You cannot change your own place at a desk. Ask another administrator."),
    AccountRefusal.PASSKEY_KNOWN: lazy("This passkey is in use already."),
    AccountRefusal.PASSKEY_REFUSED: lazy("The passkey did not work here. Try again, or use your password."),
    AccountRefusal.PASSWORD_OF_NAME: lazy(
        "Your name or login makes up most of this password. Add words that have nothing to do with you."
    ),
    AccountRefusal.PASSWORD_REPEATS: lazy("This password repeats the same few characters. Choose a few words instead."),
    AccountRefusal.PASSWORD_SAME: lazy("This is the password that you have now. Choose another one."),
    AccountRefusal.PASSWORD_TOO_LONG: lazy("The password may have at most %(count)s characters."),
    AccountRefusal.PASSWORD_TOO_SHORT: lazy(
        "The password needs at least %(count)s characters. A few words are easy to remember."
    ),
    AccountRefusal.PASSWORD_WRONG: lazy("This is not your password."),
    AccountRefusal.PHONE_NOT_USABLE: lazy(
        "We cannot call this number. Write it in full, for example 601 234 567 or +48 601 234 567."
    ),
    AccountRefusal.SIGN_IN_FAILED: lazy("Login and password do not fit together. Check both and try again."),
    AccountRefusal.START_PASSWORD_OVER: lazy("Your start password is too old. Ask the administrator for a new one."),
    AccountRefusal.WAIT: lazy("There were too many failed attempts. You can try again at %(time)s."),
}

ROLES: Mapping[Role, LazyText] = {
    Role.ADMINISTRATOR: lazy("Administrator"),
    Role.CONSULTANT: lazy("Consultant"),
    Role.COORDINATOR: lazy("Coordinator"),
    Role.DATA_PROTECTION_OFFICER: lazy("Data protection officer"),
    Role.DUTY_OFFICER: lazy("Duty officer"),
    Role.INTERPRETER: lazy("Interpreter"),
    Role.PROGRAMME_OFFICER: lazy("Programme officer"),
    Role.TRAINER: lazy("Trainer"),
}

ROLE_HINTS: Mapping[Role, LazyText] = {
    Role.ADMINISTRATOR: lazy("Manages people and settings of the desk. Reads no records."),
    Role.CONSULTANT: lazy("Answers calls and writes the contacts."),
    Role.COORDINATOR: lazy("Does what a consultant does, corrects closed contacts and plans the duties."),
    Role.DATA_PROTECTION_OFFICER: lazy("Reads the audit log. Reads no records."),
    Role.DUTY_OFFICER: lazy("Sees the own duties and appointments, and nothing else."),
    Role.INTERPRETER: lazy("Sees the own duties, and nothing else."),
    Role.PROGRAMME_OFFICER: lazy("Fills in the yearly table and opens the records behind its figures."),
    Role.TRAINER: lazy("Runs the corrective programme. Never sees those who were harmed."),
}

PROFESSIONS: Mapping[Profession, LazyText] = {
    Profession.ADMINISTRATOR: lazy("Administrator"),
    Profession.ADVOCATE: lazy("Advocate"),
    Profession.BORDER_GUARD_OFFICER: lazy("Border Guard officer"),
    Profession.DATA_PROTECTION_OFFICER: lazy("Data protection officer"),
    Profession.INTERPRETER: lazy("Interpreter"),
    Profession.LEGAL_COUNSEL: lazy("Legal counsel"),
    Profession.PROGRAMME_OFFICER: lazy("Programme officer"),
    Profession.PSYCHOLOGIST: lazy("Psychologist"),
    Profession.SUPERVISOR: lazy("Supervisor"),
    Profession.TRAINER: lazy("Trainer"),
}
