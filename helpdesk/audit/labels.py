"""What each tag of the audit says."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.audit.rules import Tag
from helpdesk.web.i18n import LazyText, lazy

TAGS: Mapping[Tag, LazyText] = {
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
    Tag.AUDIT_READ: lazy("read the audit log"),
    Tag.CALL_ARRIVED: lazy("received a call"),
    Tag.CALL_ENDED: lazy("ended a call"),
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
    Tag.HANDOVER_SIGNED: lazy("signed a handover"),
    Tag.INSTITUTION_CHANGED: lazy("changed an institution"),
    Tag.KEYS_RESEALED: lazy("sealed the records with a new key"),
    Tag.NOTE_OPENED: lazy("opened a note"),
    Tag.REFERRAL_CHANGED: lazy("changed a referral"),
    Tag.SCHEDULE_EXPORTED: lazy("exported a schedule"),
    Tag.SCHEDULE_IMPORTED: lazy("imported a schedule"),
    Tag.SCHEDULE_RECORDS_OPENED: lazy("opened the records behind a figure"),
    Tag.SCHEDULE_VALUE_ENTERED: lazy("entered a figure in a schedule"),
}

# What stands beside the codes and numbers of an event. The values are the codes themselves: an export must find them again.
DETAILS: Mapping[str, LazyText] = {
    "advices": lazy("advices"),
    "as_of": lazy("as of"),
    "before": lazy("before"),
    "call": lazy("call"),
    "channel": lazy("channel"),
    "continued": lazy("a later page"),
    "count": lazy("number"),
    "everywhere": lazy("everywhere"),
    "fields": lazy("fields"),
    "filtered": lazy("about one record"),
    "format": lazy("format"),
    "from": lazy("from"),
    "how": lazy("by"),
    "institutions": lazy("institutions"),
    "key": lazy("indicator"),
    "kind": lazy("kind"),
    "known_browser": lazy("known browser"),
    "language": lazy("language"),
    "outcome": lazy("outcome"),
    "profession": lazy("profession"),
    "roles": lazy("roles"),
    "rung": lazy("telephones rung"),
    "shown": lazy("shown"),
    "state": lazy("state"),
    "to": lazy("to"),
    "version": lazy("version"),
    "what": lazy("what"),
    "why": lazy("why"),
    "year": lazy("year"),
}

LABELS: Mapping[StrEnum, LazyText] = {}
