"""What each tag of the audit says, and its codes in words."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from helpdesk.audit.rules import Tag
from helpdesk.kernel import teryt
from helpdesk.kernel.codes import codes
from helpdesk.kernel.languages import language_name
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.web.i18n import LazyText, lazy, locale

TAGS: Mapping[Tag, LazyText] = {
    Tag.ABSENCE_CHANGED: lazy("changed an absence"),
    Tag.ACCOUNT_ADDED: lazy("added an account"),
    Tag.ACCOUNT_CHANGED: lazy("changed an account"),
    Tag.ACCOUNT_JOINED: lazy("gave somebody a place at the desk"),
    Tag.ACCOUNT_LEFT: lazy("ended somebody's place at the desk"),
    Tag.ACCOUNT_LOCKED: lazy("locked the screen"),
    Tag.ACCOUNT_PASSWORD_CHANGED: lazy("changed the password"),
    Tag.ACCOUNT_RECOVERY_CODE_USED: lazy("used a recovery code"),
    Tag.ACCOUNT_SECOND_FACTOR_CHANGED: lazy("changed a second factor"),
    Tag.ACCOUNT_SIGNED_IN: lazy("signed in"),
    Tag.ACCOUNT_SIGNED_OUT: lazy("signed out"),
    Tag.ACCOUNT_SIGN_IN_REFUSED: lazy("failed to sign in"),
    Tag.ACCOUNT_UNLOCKED: lazy("unlocked the screen"),
    Tag.ADVICE_ADDED: lazy("added an advice"),
    Tag.ADVICE_JOINED: lazy("joined an advice"),
    Tag.AGREEMENT_CHANGED: lazy("changed an agreement"),
    Tag.AGREEMENT_EXPORTED: lazy("exported the agreements"),
    Tag.AGREEMENT_IMPORTED: lazy("imported agreements from a file"),
    Tag.APPOINTMENT_BOOKED: lazy("booked an appointment"),
    Tag.APPOINTMENT_CHANGED: lazy("changed an appointment"),
    Tag.APPOINTMENT_OPENED: lazy("opened an appointment"),
    Tag.APPOINTMENT_REFUSED: lazy("was refused an appointment"),
    Tag.APPOINTMENT_REMINDED: lazy("reminded of an appointment"),
    Tag.AUDIT_READ: lazy("read the audit log"),
    Tag.CALL_ARRIVED: lazy("received a call"),
    Tag.CALL_BACK_ASKED: lazy("was asked to call back"),
    Tag.CALL_BACK_CHANGED: lazy("changed a call-back"),
    Tag.CALL_BACK_DIALLED: lazy("began to call back"),
    Tag.CALL_BACK_DONE: lazy("ended a call-back"),
    Tag.CALL_BACK_READ: lazy("read the safety note before calling back"),
    Tag.CALL_BACK_TRIED: lazy("noted what became of calling back"),
    Tag.CALL_ENDED: lazy("ended a call"),
    Tag.CALL_GUEST_ASKED: lazy("asked somebody into a talk"),
    Tag.CALL_GUEST_JOINED: lazy("joined a talk"),
    Tag.CALL_GUEST_LEFT: lazy("left a talk"),
    Tag.CALL_HANDED_ON: lazy("handed a talk on"),
    Tag.CALL_HUNG_UP: lazy("ended a talk"),
    Tag.CALL_MUSIC: lazy("let a caller hear music"),
    Tag.CALL_RETURNED: lazy("took a caller out of a talk to ring somebody else"),
    Tag.CALL_RUNG: lazy("rang somebody on duty"),
    Tag.CONTACT_CLOSED: lazy("closed a contact"),
    Tag.CONTACT_CORRECTED: lazy("corrected a contact"),
    Tag.CONTACT_CREATED: lazy("began a contact"),
    Tag.CONTACT_LISTED: lazy("listed contacts"),
    Tag.CONTACT_OPENED: lazy("opened a contact"),
    Tag.CONTACT_SAVED: lazy("saved a contact"),
    Tag.DESK_CHANGED: lazy("changed the settings of the desk"),
    Tag.DIRECTORY_EXPORTED: lazy("exported the directory"),
    Tag.DIRECTORY_IMPORTED: lazy("imported the directory"),
    Tag.DUTY_CHANGED: lazy("changed a duty"),
    Tag.DUTY_DRAFTED: lazy("drafted duties"),
    Tag.DUTY_OFFERED: lazy("offered a duty"),
    Tag.DUTY_PUBLISHED: lazy("published duties"),
    Tag.DUTY_TAKEN: lazy("took a duty"),
    Tag.FEED_CHANGED: lazy("changed a calendar address"),
    Tag.FILE_KEPT: lazy("kept a file"),
    Tag.FILE_OPENED: lazy("opened a file"),
    Tag.FILE_ORIGINAL_OPENED: lazy("opened a file as it was sent"),
    Tag.HANDOVER_SIGNED: lazy("signed a handover"),
    Tag.HOURS_CHANGED: lazy("changed the hours of a duty"),
    Tag.HOURS_CONFIRMED: lazy("confirmed the hours of a month"),
    Tag.HOURS_EXPORTED: lazy("exported the hours of a month"),
    Tag.INSTITUTION_CHANGED: lazy("changed an institution"),
    Tag.INTAKE_ANSWERED: lazy("answered an intake"),
    Tag.INTAKE_CHANGED: lazy("changed an intake"),
    Tag.INTAKE_CODE_ENDED: lazy("ended a return code"),
    Tag.INTAKE_CODE_MADE: lazy("made a return code"),
    Tag.INTAKE_NOTIFIED: lazy("sent a neutral notice"),
    Tag.INTAKE_OFFERED: lazy("offered a time"),
    Tag.INTAKE_OPENED: lazy("opened an intake"),
    Tag.INTAKE_RETURNED: lazy("came back with a return code"),
    Tag.INTAKE_SAFETY_CHANGED: lazy("changed what is safe"),
    Tag.INTAKE_SENT: lazy("sent an intake"),
    Tag.INTAKE_TAKEN: lazy("took an intake"),
    Tag.INTAKE_FORGOTTEN: lazy("deleted an intake that is kept no longer"),
    Tag.INTAKE_WITHDRAWN: lazy("took an intake back"),
    Tag.INTAKE_WROTE: lazy("wrote to the desk"),
    Tag.KEYS_RESEALED: lazy("sealed the records with a new key"),
    Tag.LINE_CHANGED: lazy("changed a telephone line"),
    Tag.MESSAGE_DELETED: lazy("deleted a recorded message"),
    Tag.MESSAGE_HEARD: lazy("listened to a recorded message"),
    Tag.MESSAGE_KEPT: lazy("kept a recorded message"),
    Tag.NOTE_OPENED: lazy("opened a note"),
    Tag.PLACE_CHANGED: lazy("changed a place or a room"),
    Tag.RECORDING_CHANGED: lazy("changed the recording of a sentence"),
    Tag.REFERRAL_CHANGED: lazy("changed a referral"),
    Tag.ROOM_USED: lazy("changed the use of a room"),
    Tag.ROSTER_CHANGED: lazy("changed the posts, patterns or rules of the roster"),
    Tag.ROSTER_IMPORTED: lazy("imported duties from a file"),
    Tag.SCHEDULE_EXPORTED: lazy("exported a schedule"),
    Tag.STATISTICS_EXPORTED: lazy("exported the statistics of a year"),
    Tag.SCHEDULE_IMPORTED: lazy("imported a schedule"),
    Tag.SCHEDULE_RECORDS_OPENED: lazy("opened the records behind a figure"),
    Tag.SCHEDULE_VALUE_ENTERED: lazy("entered a figure in a schedule"),
    Tag.SENTENCE_REVIEWED: lazy("reviewed a sentence"),
    Tag.TEMPLATE_CHANGED: lazy("changed a template of an answer"),
    Tag.TEXT_ANSWERED: lazy("answered a text message"),
    Tag.TEXT_ARRIVED: lazy("received a text message"),
}

# What stands beside the codes and numbers of an event.
DETAILS: Mapping[str, LazyText] = {
    "added": lazy("added"),
    "advices": lazy("advices"),
    "as_of": lazy("as of"),
    "before": lazy("before"),
    "call": lazy("call"),
    "call_back": lazy("call-back"),
    "cancelled": lazy("called off"),
    "channel": lazy("channel"),
    "closed": lazy("closed"),
    "continued": lazy("a later page"),
    "count": lazy("number"),
    "ended": lazy("how it ended"),
    "engagement": lazy("engagement"),
    "everywhere": lazy("everywhere"),
    "exported": lazy("saved as a file"),
    "fields": lazy("fields"),
    "filtered": lazy("about one record"),
    "format": lazy("format"),
    "from": lazy("from"),
    "given_back": lazy("given back"),
    "gmina": lazy("gmina"),
    "guest": lazy("guest"),
    "hours": lazy("hours"),
    "how": lazy("by"),
    "institutions": lazy("institutions"),
    "key": lazy("indicator"),
    "kind": lazy("kind"),
    "known_browser": lazy("known browser"),
    "language": lazy("language"),
    "let_in": lazy("let in"),
    "listed": lazy("as the provider lists it"),
    "message": lazy("recorded message"),
    "moved": lazy("moved"),
    "offer": lazy("time offered"),
    "on": lazy("switched on"),
    "outcome": lazy("outcome"),
    "overridden": lazy("in spite of"),
    "profession": lazy("profession"),
    "prompt": lazy("sentence"),
    "roles": lazy("roles"),
    "rule": lazy("rule"),
    "rung": lazy("telephones rung"),
    "safe_version": lazy("what was read as safe, version"),
    "shown": lazy("shown"),
    "state": lazy("state"),
    "to": lazy("to"),
    "tried": lazy("what became of it"),
    "unchanged": lazy("as they were"),
    "version": lazy("version"),
    "way": lazy("way"),
    "what": lazy("what"),
    "why": lazy("why"),
    "year": lazy("year"),
}

# In which code list a value of this name is found.
LISTS: Mapping[str, str] = {
    "channel": "channels",
    "kind": "referrals",
    "outcome": "outcomes",
    "state": "referral-states",
}

ROLES: Mapping[str, LazyText] = {
    Role.ADMINISTRATOR: lazy("Administrator"),
    Role.CONSULTANT: lazy("Consultant"),
    Role.COORDINATOR: lazy("Coordinator"),
    Role.DATA_PROTECTION_OFFICER: lazy("Data protection officer"),
    Role.DUTY_OFFICER: lazy("Duty officer"),
    Role.INTERPRETER: lazy("Interpreter"),
    Role.PROGRAMME_OFFICER: lazy("Programme officer"),
    Role.TRAINER: lazy("Trainer"),
}

PROFESSIONS: Mapping[str, LazyText] = {
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

# What was done, where the act alone does not say it.
WHAT: Mapping[str, LazyText] = {
    "added": lazy("added"),
    "agreed": lazy("what was said about being called"),
    "annex-added": lazy("an annex added"),
    "app-removed": lazy("authenticator app removed"),
    "app-set-up": lazy("authenticator app set up"),
    "booked": lazy("booked"),
    "changed": lazy("changed"),
    "details": lazy("own details"),
    "ended": lazy("ended"),
    "handed": lazy("handed to a colleague"),
    "help-promised": lazy("help at the telephone promised"),
    "help-withdrawn": lazy("help at the telephone withdrawn"),
    "line-added": lazy("a telephone line added"),
    "line-removed": lazy("a telephone line removed"),
    "moved": lazy("moved"),
    "passkey-added": lazy("a passkey added"),
    "passkey-removed": lazy("a passkey removed"),
    "recovery-codes": lazy("new recovery codes"),
    "released": lazy("given back"),
    "removed": lazy("removed"),
    "renamed": lazy("renamed"),
    "reopened": lazy("opened again"),
    "reset": lazy("second factor reset"),
    "start-password": lazy("a password for one sign-in"),
    "taken": lazy("taken on"),
}

# What came of calling somebody back, and in spite of what it was done.
TRIED: Mapping[str, LazyText] = {
    "busy": lazy("busy"),
    "machine": lazy("a machine answered"),
    "no-answer": lazy("nobody answered"),
    "not-put-through": lazy("the call could not be put through"),
    "reached": lazy("talked with the person"),
    "somebody-else": lazy("somebody else answered"),
    "wrong-number": lazy("wrong number"),
}
ENDED: Mapping[str, LazyText] = {
    "called-again": lazy("called again by herself or himself"),
    "not-needed": lazy("no longer needed"),
    "not-reached": lazy("not reached"),
    "not-safe": lazy("calling is not safe"),
    "nothing-said": lazy("nothing was said in the message"),
    "reached": lazy("talked with the person"),
}
OVERRIDDEN: Mapping[str, LazyText] = {
    "dial:do-not-contact": lazy("wants no contact"),
    "dial:email-only": lazy("only by e-mail"),
    "dial:hours-unknown": lazy("safe hours not written down"),
    "dial:monitored": lazy("telephone monitored"),
    "dial:not-asked": lazy("nobody asked whether it is safe"),
    "dial:outside-hours": lazy("outside the safe hours"),
}

_WORDS: Mapping[str, Mapping[str, LazyText]] = {
    "ended": ENDED,
    "overridden": OVERRIDDEN,
    "profession": PROFESSIONS,
    "roles": ROLES,
    "tried": TRIED,
    "what": WHAT,
}


def value_words(name: str, value: str, on: date) -> str:
    """A value of an event in words, as they were on its day; the code stays beside words of a list, so that an export is found again.

    What no list and no table knows, such as a number or a day, is shown as it is.
    """
    if name in LISTS and codes(LISTS[name]).known(value):
        return f"{codes(LISTS[name]).label(value, locale().tag, on)} ({value})"
    if name == "gmina" and value in teryt.areas():
        return f"{teryt.display(teryt.area(value), locale().tag)} ({value})"
    if name == "language":
        return language_name(value, locale().tag)
    return str(_WORDS.get(name, {}).get(value, value))


LABELS: Mapping[StrEnum, LazyText] = {}
