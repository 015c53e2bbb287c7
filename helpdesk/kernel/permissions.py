"""Who may do what: one enum of permissions, one table from roles to permissions, and the person who acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Permission(StrEnum):
    """`resource:action`, in alphabetical order."""

    ACCOUNT_MANAGE = "account:manage"
    AGREEMENT_READ = "agreement:read"
    AGREEMENT_WRITE = "agreement:write"
    APPOINTMENT_BOOK = "appointment:book"
    APPOINTMENT_READ = "appointment:read"
    AUDIT_READ = "audit:read"
    CONTACT_CORRECT = "contact:correct"
    CONTACT_CREATE = "contact:create"
    CONTACT_READ = "contact:read"
    CONTACT_WRITE = "contact:write"
    DESK_ENTER = "desk:enter"
    DESK_MANAGE = "desk:manage"
    DIRECTORY_MANAGE = "directory:manage"
    DIRECTORY_READ = "directory:read"
    DUTY_MANAGE = "duty:manage"
    DUTY_READ = "duty:read"
    HANDOVER_SIGN = "handover:sign"
    HOURS_MANAGE = "hours:manage"
    INTAKE_ANSWER = "intake:answer"
    INTAKE_MANAGE = "intake:manage"
    INTAKE_READ = "intake:read"
    LINE_MANAGE = "line:manage"
    PREMISES_BOOK = "premises:book"
    PREMISES_MANAGE = "premises:manage"
    PREMISES_READ = "premises:read"
    SCHEDULE_READ = "schedule:read"
    SCHEDULE_RECORDS = "schedule:records"
    SCHEDULE_WRITE = "schedule:write"
    STATISTICS_READ = "statistics:read"
    TEXT_MANAGE = "text:manage"
    TEXT_REVIEW = "text:review"


class Role(StrEnum):
    """What somebody does at a desk. One person may hold several, and others at another desk."""

    ADMINISTRATOR = "administrator"
    CONSULTANT = "consultant"
    COORDINATOR = "coordinator"
    DATA_PROTECTION_OFFICER = "data-protection-officer"
    DUTY_OFFICER = "duty-officer"
    INTERPRETER = "interpreter"
    PROGRAMME_OFFICER = "programme-officer"
    TRAINER = "trainer"


class Profession(StrEnum):
    """What somebody is by training or office; it decides whose notes they may read and which posts they may hold."""

    ADMINISTRATOR = "administrator"
    ADVOCATE = "advocate"
    BORDER_GUARD_OFFICER = "border-guard-officer"
    DATA_PROTECTION_OFFICER = "data-protection-officer"
    INTERPRETER = "interpreter"
    LEGAL_COUNSEL = "legal-counsel"
    PROGRAMME_OFFICER = "programme-officer"
    PSYCHOLOGIST = "psychologist"
    SUPERVISOR = "supervisor"
    TRAINER = "trainer"


LAWYERS = frozenset({Profession.ADVOCATE, Profession.LEGAL_COUNSEL})

_AT_THE_DESK = frozenset(
    {Permission.DESK_ENTER, Permission.DUTY_READ, Permission.DIRECTORY_READ, Permission.PREMISES_READ},
)
_PREMISES = frozenset({Permission.PREMISES_READ, Permission.PREMISES_BOOK, Permission.PREMISES_MANAGE})
_CONTACTS = frozenset(
    {
        Permission.APPOINTMENT_BOOK,
        Permission.APPOINTMENT_READ,
        Permission.CONTACT_READ,
        Permission.CONTACT_CREATE,
        Permission.CONTACT_WRITE,
        Permission.HANDOVER_SIGN,
        Permission.INTAKE_ANSWER,
        Permission.INTAKE_READ,
    },
)

# A Border Guard officer sees his own appointments and nothing else (FW-3): no search, no list, no directory of others.
# An administrator manages people and never reads content.
ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset({Permission.DESK_ENTER, Permission.ACCOUNT_MANAGE, Permission.DESK_MANAGE}),
    Role.CONSULTANT: _AT_THE_DESK | _CONTACTS,
    Role.COORDINATOR: _AT_THE_DESK
    | _CONTACTS
    | _PREMISES
    | {
        Permission.CONTACT_CORRECT,
        Permission.DIRECTORY_MANAGE,
        Permission.DUTY_MANAGE,
        Permission.HOURS_MANAGE,
        Permission.INTAKE_MANAGE,
        Permission.LINE_MANAGE,
        Permission.STATISTICS_READ,
        Permission.TEXT_MANAGE,
        Permission.TEXT_REVIEW,
    },
    Role.DATA_PROTECTION_OFFICER: frozenset({Permission.DESK_ENTER, Permission.AUDIT_READ}),
    Role.DUTY_OFFICER: frozenset({Permission.DESK_ENTER}),
    Role.INTERPRETER: frozenset({Permission.DESK_ENTER, Permission.TEXT_REVIEW}),
    Role.PROGRAMME_OFFICER: frozenset(
        {
            Permission.AGREEMENT_READ,
            Permission.AGREEMENT_WRITE,
            Permission.DESK_ENTER,
            Permission.DIRECTORY_READ,
            Permission.DIRECTORY_MANAGE,
            Permission.SCHEDULE_READ,
            Permission.SCHEDULE_RECORDS,
            Permission.SCHEDULE_WRITE,
        },
    )
    | _PREMISES,
    # Trainers book the rooms of their sessions; what a place is like is decided by those who answer for it.
    Role.TRAINER: frozenset(
        {Permission.DESK_ENTER, Permission.DIRECTORY_READ, Permission.PREMISES_READ, Permission.PREMISES_BOOK},
    ),
}


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """All that these roles together allow."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person at a desk, or the system itself (`id` is None). `reviews`: languages in which our texts may be reviewed."""

    id: UUID | None
    name: str
    desk_id: str | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    profession: Profession | None = None
    reviews: frozenset[str] = field(default_factory=frozenset)

    def may(self, permission: Permission) -> bool:
        return permission in permissions_of(self.roles)


SYSTEM = Actor(id=None, name="system")
