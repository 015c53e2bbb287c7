"""Which indicator is counted from what: one table, for the programme 2021-2026 (domain report, R-000-20 to 46, CR-1 to 12).

The keys are those of `keys.py`. An indicator that is not in the table is typed by hand, with evidence.
"""

from dataclasses import dataclass
from enum import StrEnum

from helpdesk.indicators.rules.lines import group_name
from helpdesk.indicators.rules.progress import Aggregation
from helpdesk.indicators.rules.values import Text

BLUE_LINE = "blue-line"
WITNESS = "WIT"


class Register(StrEnum):
    """Where the records behind a number are kept; BY_HAND is a typed number with evidence."""

    ADVICES = "advices"
    AGREEMENTS = "agreements"
    ATTENDANCES = "attendances"
    EVENTS = "events"
    INSTITUTIONS = "institutions"
    MEDIATIONS = "mediations"
    POINTS = "points"
    PROJECTS = "projects"
    PUBLICATIONS = "publications"
    BY_HAND = "by-hand"


class Origin(StrEnum):
    """Where the number of the year comes from: the application counts records, or somebody enters it with evidence."""

    COUNTED = "counted"
    ENTERED = "entered"


class Counted(StrEnum):
    """What is one."""

    ADVICE = "advice"
    AGREEMENT = "gmina-with-agreement-in-force"
    ATTENDANCE = "confirmed-attendance"
    CASE = "case"
    EVENT = "event"
    INSTITUTION = "distinct-institution-of-the-year"
    MILESTONE = "milestone"
    POINT = "point-created-with-a-county"
    PROJECT = "project"
    STATE = "state"
    TITLE = "title"


class Beside(StrEnum):
    """What else is shown, so that nobody mistakes the number for it."""

    DISTINCT_PERSONS = "distinct-persons"
    GMINAS_OF_THE_REGION = "gminas-of-the-region"
    LAST_UPDATE = "last-update"
    PARTICIPANTS = "participants"


@dataclass(frozen=True, slots=True)
class Definition:
    """How one indicator is counted. `roles`, `desks` and `kinds` narrow the register; empty means all."""

    register: Register
    one: Counted
    aggregation: Aggregation
    source: str
    kinds: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    desks: frozenset[str] = frozenset()
    witness_optional: bool = False
    beside: Beside | None = None

    @property
    def live(self) -> bool:
        """Whether the application counts it itself."""
        return self.register is not Register.BY_HAND


@dataclass(frozen=True, slots=True)
class CountingSettings:
    """What the marshal's office may decide. Witnesses are not counted unless it says so (CR-3)."""

    count_witness: bool = False


BY_HAND = Definition(Register.BY_HAND, Counted.EVENT, Aggregation.FLOW, "R-X-04")


def _events(source: str, *kinds: str) -> Definition:
    return Definition(Register.EVENTS, Counted.EVENT, Aggregation.FLOW, source, kinds=kinds)


def _titles(source: str, *kinds: str) -> Definition:
    return Definition(Register.PUBLICATIONS, Counted.TITLE, Aggregation.FLOW, source, kinds=kinds)


def _projects(source: str, *kinds: str) -> Definition:
    return Definition(Register.PROJECTS, Counted.PROJECT, Aggregation.FLOW, source, kinds=kinds)


def _state(source: str) -> Definition:
    aggregation = Aggregation.CONTINUOUS
    return Definition(Register.BY_HAND, Counted.STATE, aggregation, source, beside=Beside.LAST_UPDATE)


def _milestone(source: str) -> Definition:
    return Definition(Register.BY_HAND, Counted.MILESTONE, Aggregation.MILESTONE, source)


DEFINITIONS: dict[str, Definition] = {
    "1.1.a": _events("R-000-20", "training"),
    "1.1.b": Definition(
        Register.ATTENDANCES,
        Counted.ATTENDANCE,
        Aggregation.FLOW,
        "R-000-21, CR-9",
        kinds=("training",),
        beside=Beside.DISTINCT_PERSONS,
    ),
    "1.2.a": _events("R-000-22", "conference", "workshop", "seminar"),
    "1.4.a": _events("R-000-23", "meeting", "presentation"),
    "1.6.a": _titles("R-000-24", "teaching-material"),
    "1.7.a": _titles("R-000-25, R-000-13, CR-10", "guide", "programme", "guideline", "procedure"),
    "1.9.a": _state("R-000-26"),
    "1.10.a": Definition(
        Register.ADVICES,
        Counted.ADVICE,
        Aggregation.FLOW,
        "R-000-27, CR-4",
        roles=frozenset({"PRO"}),
        desks=frozenset({BLUE_LINE}),
        beside=Beside.PARTICIPANTS,
    ),
    "1.11.a": _events("R-000-28", "supervision", "burn-out-training"),
    "2.1.a": _titles("R-000-29", "report"),
    "2.2.a": _events("R-000-30", "campaign", "broadcast"),
    "2.2.b": _titles("R-000-31", "edition"),
    "2.3.a": _projects("R-000-32", "grant"),
    "2.4.a": _state("R-000-33"),
    "2.4.b": _milestone("R-000-34"),
    "2.4.c": _events("R-000-35", "professionals-meeting"),
    "2.5.a": _events("R-000-36", "local-government-address"),
    "2.6.a": Definition(
        Register.INSTITUTIONS, Counted.INSTITUTION, Aggregation.YEARLY_DISTINCT, "R-000-37, CR-10, T-000-19"
    ),
    "2.7.a": _events("R-000-38", "local-workshop"),
    "3.1.a": Definition(
        Register.AGREEMENTS,
        Counted.AGREEMENT,
        Aggregation.STOCK,
        "R-000-39, CR-8, T-000-19, T-000-23",
        beside=Beside.GMINAS_OF_THE_REGION,
    ),
    "3.1.b": Definition(
        Register.ADVICES,
        Counted.ADVICE,
        Aggregation.FLOW,
        "R-000-40, CR-2, CR-3",
        roles=frozenset({"VIC", "CHV", "REL"}),
        desks=frozenset({BLUE_LINE}),
        witness_optional=True,
    ),
    "3.2.a": Definition(Register.POINTS, Counted.POINT, Aggregation.FLOW, "R-000-41, T-000-21", kinds=("with-county",)),
    "3.3.a": _events("R-000-42", "perpetrator-work-meeting"),
    "3.4.a": Definition(Register.MEDIATIONS, Counted.CASE, Aggregation.FLOW, "R-000-43, CR-10"),
    "3.5.a": _milestone("R-000-44"),
    "3.6.a": _projects("R-000-45", "open-competition"),
    "3.7.a": _events("R-000-46", "early-prevention-meeting"),
}

# The beginnings of the groups' printed names, in the order of the table (domain report, D.6).
GROUPS = {
    "członków gminnych zespołów": "ZI",
    "członków gminnych komisji": "GKR",
    "pedagogów": "EDU",
    "kuratorów": "KUR",
    "policjantów": "POL",
    "pracowników socjalnych": "SOC",
    "innych": "INN",
}


def definition_of(key: str) -> Definition:
    """How the indicator is counted; a group is counted as what it divides."""
    return DEFINITIONS.get(".".join(key.split(".")[:3]), BY_HAND)


def roles_counted(definition: Definition, settings: CountingSettings) -> frozenset[str]:
    """The roles of the persons helped whose advices count (CR-3, CR-4)."""
    optional = definition.witness_optional and settings.count_witness
    return definition.roles | {WITNESS} if optional else definition.roles


def group_of(name: Text) -> str | None:
    """The code of the professional group that a printed line means; nothing where the words are new to us."""
    said = group_name(name).casefold()
    return next((code for words, code in GROUPS.items() if said.startswith(words)), None)
