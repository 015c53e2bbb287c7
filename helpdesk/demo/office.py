"""The four desks of the demonstration and the people who work there. All names are invented."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.permissions import Profession as P
from helpdesk.kernel.permissions import Role as R

BLUE_LINE, HELP_POINT, PROGRAMME_OFFICE, CORRECTIVE = "blue-line", "help-point", "programme-office", "corrective-torun"


@dataclass(frozen=True, slots=True)
class DemoDesk:
    id: str
    kind: DeskKind
    name_pl: str
    name_en: str
    controller: str
    prefix: str
    languages: tuple[str, ...]
    numbers: tuple[str, ...] = ()


DESKS = (
    DemoDesk(
        BLUE_LINE,
        DeskKind.HELPLINE,
        "Kujawsko-Pomorska Niebieska Linia",
        "Regional Blue Line",
        "Marszałek Województwa Kujawsko-Pomorskiego",
        "KPNL",
        ("pl", "uk", "en", "ru"),
        ("+48520000001",),
    ),
    DemoDesk(
        HELP_POINT,
        DeskKind.HELP_POINT,
        "Punkt Pomocy cudzoziemcom – ofiarom przestępstw",
        "Help Point for foreign victims of crime",
        "Wojewoda Kujawsko-Pomorski",
        "PP",
        ("pl", "uk", "en", "ru"),
        ("+48520000002",),
    ),
    DemoDesk(
        PROGRAMME_OFFICE,
        DeskKind.PROGRAMME_OFFICE,
        "Biuro Programu",
        "Programme office",
        "Marszałek Województwa Kujawsko-Pomorskiego",
        "BP",
        ("pl",),
    ),
    DemoDesk(
        CORRECTIVE,
        DeskKind.CORRECTIVE,
        "Program korekcyjno-edukacyjny, powiat toruński",
        "Corrective programme, Toruń county",
        "Starosta Toruński",
        "PKE",
        ("pl",),
    ),
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """`places` maps a desk to roles and profession; `line` is the telephone that rings on duty."""

    login: str
    name: str
    places: Mapping[str, tuple[tuple[R, ...], P]]
    languages: tuple[str, ...] = ("pl",)
    line: str = ""
    shown: str = field(default="")


def _at(desk: str, profession: P, *roles: R) -> Mapping[str, tuple[tuple[R, ...], P]]:
    return {desk: (roles or (R.CONSULTANT,), profession)}


def _phone(number: int) -> str:
    return f"+4852000{number:04d}"


PEOPLE = (
    DemoPerson(
        "ewa@example.org",
        "Ewa Zięba",
        _at(BLUE_LINE, P.PSYCHOLOGIST),
        ("pl", "uk"),
        _phone(101),
        "psychologist, Blue Line",
    ),
    DemoPerson("marta@example.org", "Marta Wilk", _at(BLUE_LINE, P.PSYCHOLOGIST), ("pl", "en"), _phone(102)),
    DemoPerson("oksana@example.org", "Oksana Melnyk", _at(BLUE_LINE, P.PSYCHOLOGIST), ("pl", "uk", "ru"), _phone(103)),
    DemoPerson("piotr@example.org", "Piotr Sowa", _at(BLUE_LINE, P.PSYCHOLOGIST), ("pl", "en"), _phone(104)),
    DemoPerson("lena@example.org", "Lena Jabłońska", _at(BLUE_LINE, P.PSYCHOLOGIST), ("pl", "ru"), _phone(105)),
    DemoPerson(
        "mariusz@example.org",
        "Mariusz Dudek",
        _at(BLUE_LINE, P.ADVOCATE),
        ("pl", "en"),
        _phone(111),
        "lawyer, Blue Line",
    ),
    DemoPerson("hanna@example.org", "Hanna Król", _at(BLUE_LINE, P.LEGAL_COUNSEL), ("pl",), _phone(112)),
    DemoPerson("jan@example.org", "Jan Mazur", _at(BLUE_LINE, P.ADVOCATE), ("pl", "uk"), _phone(113)),
    DemoPerson("jolanta@example.org", "Jolanta Bąk", _at(BLUE_LINE, P.SUPERVISOR), ("pl",), _phone(114)),
    DemoPerson(
        "karolina@example.org",
        "Karolina Nowicka",
        _at(BLUE_LINE, P.PSYCHOLOGIST, R.COORDINATOR),
        ("pl", "en"),
        _phone(115),
        "coordinator, Blue Line",
    ),
    DemoPerson(
        "iryna@example.org",
        "Iryna Kovalchuk",
        _at(HELP_POINT, P.LEGAL_COUNSEL),
        ("pl", "uk", "ru"),
        _phone(201),
        "lawyer, Help Point",
    ),
    DemoPerson("adam@example.org", "Adam Lis", _at(HELP_POINT, P.ADVOCATE), ("pl", "en"), _phone(202)),
    DemoPerson("zofia@example.org", "Zofia Kaczmarek", _at(HELP_POINT, P.PSYCHOLOGIST), ("pl", "en"), _phone(203)),
    DemoPerson(
        "krzysztof@example.org",
        "Krzysztof Wrona",
        _at(HELP_POINT, P.BORDER_GUARD_OFFICER, R.DUTY_OFFICER),
        ("pl", "ru"),
        shown="Border Guard officer, Help Point",
    ),
    DemoPerson("tomasz@example.org", "Tomasz Bielak", _at(HELP_POINT, P.BORDER_GUARD_OFFICER, R.DUTY_OFFICER), ("pl",)),
    DemoPerson(
        "natalia@example.org",
        "Natalia Górska",
        _at(HELP_POINT, P.LEGAL_COUNSEL, R.COORDINATOR),
        ("pl", "en"),
        _phone(204),
    ),
    DemoPerson(
        "dmytro@example.org",
        "Dmytro Shevchuk",
        dict.fromkeys((BLUE_LINE, HELP_POINT), ((R.INTERPRETER,), P.INTERPRETER)),
        ("pl", "uk", "ru"),
        _phone(205),
    ),
    DemoPerson(
        "amina@example.org",
        "Amina Haddad",
        _at(HELP_POINT, P.INTERPRETER, R.INTERPRETER),
        ("pl", "ar", "en"),
        _phone(206),
    ),
    DemoPerson(
        "beata@example.org",
        "Beata Czarnecka",
        _at(PROGRAMME_OFFICE, P.PROGRAMME_OFFICER, R.PROGRAMME_OFFICER),
        shown="programme officer",
    ),
    DemoPerson("robert@example.org", "Robert Pawlak", _at(PROGRAMME_OFFICE, P.PROGRAMME_OFFICER, R.PROGRAMME_OFFICER)),
    DemoPerson(
        "monika@example.org",
        "Monika Zając",
        _at(CORRECTIVE, P.TRAINER, R.TRAINER),
        shown="trainer, corrective programme",
    ),
    DemoPerson("grzegorz@example.org", "Grzegorz Stępień", _at(CORRECTIVE, P.TRAINER, R.TRAINER)),
    DemoPerson(
        "anna@example.org",
        "Anna Wójtowicz",
        dict.fromkeys((BLUE_LINE, HELP_POINT, PROGRAMME_OFFICE, CORRECTIVE), ((R.ADMINISTRATOR,), P.ADMINISTRATOR)),
        shown="administrator of all four desks",
    ),
    DemoPerson(
        "iwona@example.org",
        "Iwona Rutkowska",
        _at(BLUE_LINE, P.DATA_PROTECTION_OFFICER, R.DATA_PROTECTION_OFFICER),
        shown="data protection officer, Blue Line",
    ),
    DemoPerson(
        "pawel@example.org",
        "Paweł Głowacki",
        {
            BLUE_LINE: ((R.CONSULTANT,), P.LEGAL_COUNSEL),
            HELP_POINT: ((R.CONSULTANT,), P.LEGAL_COUNSEL),
        },
        ("pl", "en"),
        _phone(116),
        "lawyer at two desks",
    ),
)
