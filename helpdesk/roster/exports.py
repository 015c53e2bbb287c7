"""What leaves the house of the roster: the hours of a month for pay, and the plan of a month for the wall."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from babel.dates import format_date
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from helpdesk.kernel.clock import local
from helpdesk.roster.rules.hours import Hours
from helpdesk.web.documents import make_pdf, polish_frame

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
MINUTES = 60
KINDS = ("total", "night", "sunday", "holiday")
PEOPLE = (
    "Osoba",
    "Podstawa pracy",
    "Dyżury",
    "Razem",
    "W nocy",
    "W niedziele",
    "W święta",
    "Planowano",
    "Potwierdzono",
)
DUTIES = ("Osoba", "Stanowisko", "Dzień", "Od", "Do", "Godziny", "W nocy", "W niedziele", "W święta", "Uwagi")


@dataclass(frozen=True, slots=True)
class PaidDuty:
    """One duty of the month: whose, where, from and until when in truth, its minutes in this month, why it differs from the plan."""

    account_id: UUID
    post: str
    start: datetime
    end: datetime
    hours: Hours
    why: str


@dataclass(frozen=True, slots=True)
class PaidPerson:
    """One person of the month. `confirmed` is the day on which these very hours were confirmed, if they were."""

    account_id: UUID
    name: str
    engagement: str
    planned: Hours
    worked: Hours
    confirmed: date | None


@dataclass(frozen=True, slots=True)
class PaidMonth:
    """A month of a desk as it is handed to whoever pays. In Polish, as the office's records are."""

    desk: str
    month: date
    people: Sequence[PaidPerson]
    duties: Sequence[PaidDuty]

    @property
    def title(self) -> str:
        return f"Ewidencja godzin dyżurów: {self.desk}, {format_date(self.month, 'LLLL y', locale='pl')}"

    def duties_of(self, account_id: UUID) -> list[PaidDuty]:
        return [each for each in self.duties if each.account_id == account_id]


def hours_xlsx(month: PaidMonth, *, made: datetime) -> bytes:
    """A workbook with a sheet of people and a sheet of duties; hours are numbers with two places, and nothing is a formula."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(target, options) as book:
        book.set_properties({"title": month.title, "created": made.replace(tzinfo=None)})
        looks = _Looks.of(book)
        _people_sheet(book.add_worksheet("Osoby"), month, looks)
        _duties_sheet(book.add_worksheet("Dyżury"), month, looks)
    return target.getvalue()


def hours_pdf(month: PaidMonth, *, made: datetime, by: str, account_id: UUID | None = None) -> bytes:
    """The hours of everybody, or of one person with a line to sign. DocumentError if it cannot be made."""
    people = [each for each in month.people if account_id in {None, each.account_id}]
    data = {
        "head": list(PEOPLE),
        "people": [_person_row(each, month) for each in people],
        "duty_head": list(DUTIES[1:]),
        "own": [
            {"name": each.name, "duties": [_duty_row(duty) for duty in month.duties_of(each.account_id)]}
            for each in people
        ],
        "sign": account_id is not None,
        "signature": "Data i podpis",
        "none": "Brak dyżurów w tym miesiącu.",
    }
    return make_pdf("roster/hours.typ", data, frame=polish_frame(month.title, made=made, by=by))


def plan_pdf(  # each is a part of the page
    title: str,
    head: Sequence[str],
    rows: Sequence[Mapping[str, object]],
    notes: Sequence[str],
    *,
    made: datetime,
    by: str,
) -> bytes:
    """The plan of a month on A4, lying: a row for each day, a column for each post. DocumentError if it cannot be made."""
    data = {"head": list(head), "rows": list(rows), "notes": list(notes)}
    return make_pdf("roster/plan.typ", data, frame=polish_frame(title, made=made, by=by))


def decimal_hours(minutes: int) -> float:
    """Minutes as hours with two places, as pay is reckoned."""
    return round(minutes / MINUTES, 2)


def clock_hours(minutes: int) -> str:
    """Minutes as hours and minutes on paper: "7:30"."""
    return f"{minutes // MINUTES}:{minutes % MINUTES:02}"


@dataclass(frozen=True, slots=True)
class _Looks:
    head: Format
    text: Format
    number: Format
    day: Format

    @classmethod
    def of(cls, book: Workbook) -> "_Looks":
        return cls(
            book.add_format({"bold": True, "border": 1, "bg_color": "#E7E6E6", "text_wrap": True}),
            book.add_format({"border": 1, "num_format": "@"}),
            book.add_format({"border": 1, "num_format": "0.00"}),
            book.add_format({"border": 1, "num_format": "yyyy-mm-dd"}),
        )


def _people_sheet(sheet: Worksheet, month: PaidMonth, looks: _Looks) -> None:
    _head(sheet, PEOPLE, looks, (28, 20, 9, 10, 10, 11, 10, 11, 14))
    for row, each in enumerate(month.people, start=1):
        sheet.write_string(row, 0, each.name, looks.text)
        sheet.write_string(row, 1, each.engagement, looks.text)
        sheet.write_number(row, 2, len(month.duties_of(each.account_id)), looks.text)
        for column, kind in enumerate(KINDS, start=3):
            sheet.write_number(row, column, decimal_hours(getattr(each.worked, kind)), looks.number)
        sheet.write_number(row, 7, decimal_hours(each.planned.total), looks.number)
        if each.confirmed:
            sheet.write_datetime(row, 8, datetime.combine(each.confirmed, time()), looks.day)
        else:
            sheet.write_blank(row, 8, None, looks.text)


def _duties_sheet(sheet: Worksheet, month: PaidMonth, looks: _Looks) -> None:
    _head(sheet, DUTIES, looks, (28, 34, 12, 8, 8, 10, 10, 11, 10, 40))
    names = {each.account_id: each.name for each in month.people}
    for row, each in enumerate(month.duties, start=1):
        start, end = local(each.start), local(each.end)
        sheet.write_string(row, 0, names[each.account_id], looks.text)
        sheet.write_string(row, 1, each.post, looks.text)
        sheet.write_datetime(row, 2, datetime.combine(start.date(), time()), looks.day)
        sheet.write_string(row, 3, f"{start:%H:%M}", looks.text)
        sheet.write_string(row, 4, f"{end:%H:%M}", looks.text)
        for column, kind in enumerate(KINDS, start=5):
            sheet.write_number(row, column, decimal_hours(getattr(each.hours, kind)), looks.number)
        sheet.write_string(row, 9, each.why, looks.text)


def _head(sheet: Worksheet, words: Sequence[str], looks: _Looks, widths: Sequence[int]) -> None:
    for column, (word, width) in enumerate(zip(words, widths, strict=True)):
        sheet.write_string(0, column, word, looks.head)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _person_row(each: PaidPerson, month: PaidMonth) -> list[str]:
    confirmed = each.confirmed.isoformat() if each.confirmed else "nie"
    hours = [clock_hours(getattr(each.worked, kind)) for kind in KINDS]
    number = str(len(month.duties_of(each.account_id)))
    return [each.name, each.engagement, number, *hours, clock_hours(each.planned.total), confirmed]


def _duty_row(each: PaidDuty) -> list[str]:
    start, end = local(each.start), local(each.end)
    hours = [clock_hours(getattr(each.hours, kind)) for kind in KINDS]
    return [each.post, f"{start:%Y-%m-%d}", f"{start:%H:%M}", f"{end:%H:%M}", *hours, each.why]
