"""What stands behind one figure, beside the table: records without names, or what was entered by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.activities.counts import AgreementRecord
from helpdesk.activities.labels import gmina_name
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.indicators import queries, sources
from helpdesk.indicators.labels import DESKS, ORIGINS
from helpdesk.indicators.models import Execution, Indicator, Schedule
from helpdesk.indicators.rules.counting import Origin
from helpdesk.indicators.rules.lines import group_name
from helpdesk.indicators.rules.progress import Aggregation
from helpdesk.indicators.rules.values import Empty, Text
from helpdesk.indicators.service.entering import rows_of
from helpdesk.indicators.service.figures import last_day, question
from helpdesk.indicators.sources import Place, Record
from helpdesk.indicators.views.blueprint import staff
from helpdesk.indicators.views.shown import value_words
from helpdesk.indicators.views.table import asked_day, schedule_of, shown_table
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.codes import codes
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import locale
from helpdesk.web.transaction import session

PAGE = 25


@staff.get("/schedule/<int:year>/<key>/records")
@requires(Permission.SCHEDULE_RECORDS)
def records(desk_id: str, year: int, key: str) -> ResponseReturnValue:
    """The records behind a figure with the table in sight; only themselves where a script asks for them."""
    schedule = schedule_of(year)
    indicator = indicator_of(schedule, key)
    beside = (
        _counted(desk_id, schedule, indicator) if indicator.origin is Origin.COUNTED else _entered(schedule, indicator)
    )
    beside |= {"line": indicator, "line_name": line_name(indicator), "origin": str(ORIGINS[indicator.origin])}
    if request.headers.get("X-Requested-With"):
        may_write = identity.actor().may(Permission.SCHEDULE_WRITE)
        beside |= {"schedule": schedule, "asked": request.args.get("as_of"), "may_write": may_write}
        return render_template("indicators/_records.html", desk_id=desk_id, **beside)
    return render_template("indicators/table.html", desk_id=desk_id, **shown_table(schedule), **beside)


def indicator_of(schedule: Schedule, key: str) -> Indicator:
    found = next((each for each in schedule.indicators if each.key == key), None)
    if found is None:
        raise NotFound(key)
    return found


def line_name(indicator: Indicator) -> str:
    name = Text(indicator.name)
    return group_name(name) if indicator.parent_id else name.plain


def _counted(desk_id: str, schedule: Schedule, indicator: Indicator) -> dict[str, object]:
    day = asked_day()
    asked = question(schedule, indicator, day)
    found = sources.records(session(), asked, after=_after(request.args.get("after", "")), limit=PAGE + 1)
    shown = found[:PAGE]
    detail = {"year": schedule.year, "key": indicator.key, "shown": len(shown), "as_of": day.isoformat()}
    audit.record(
        session(),
        actor=identity.actor(),
        tag=Tag.SCHEDULE_RECORDS_OPENED,
        subject=schedule.id,
        now=utcnow(),
        detail=detail,
    )
    older = _older_url(desk_id, schedule, indicator, shown[-1]) if len(found) > PAGE else None
    return {
        "counted": sources.count(session(), asked) or 0,
        "stock": indicator.aggregation is Aggregation.STOCK,
        "until": last_day(schedule, day),
        "found": [_in_words(each) for each in shown],
        "older_url": older,
    }


def _entered(schedule: Schedule, indicator: Indicator) -> dict[str, object]:
    head = next(each for each in schedule.indicators if each.id == (indicator.parent_id or indicator.id))
    return {"entries": history(schedule, head.key), "key": head.key}


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody entered at once: for an indicator, and for its groups where it has any."""

    head: Execution
    value: str
    groups: tuple[tuple[str, str], ...]
    note: str
    taken_back: bool
    replaced: bool


def history(schedule: Schedule, key: str) -> list[Act]:
    """All that was entered for an indicator, newest first, with whether something later has replaced it."""
    rows = {each.id: each for each in rows_of(schedule, key).values()}
    found = queries.entries(session(), list(rows))
    replaced = {each.replaces_id for each in found}
    heads = [each for each in found if rows[each.indicator_id].key == key]
    return [_act(head, found, rows, replaced=head.id in replaced) for head in heads]


def _act(head: Execution, found: Sequence[Execution], rows: Mapping[UUID, Indicator], *, replaced: bool) -> Act:
    together = {each.indicator_id: each for each in found if each.entered_at == head.entered_at}
    parts = [(row, together[row.id]) for row in rows.values() if row.parent_id and row.id in together]
    return Act(
        head=head,
        value=value_words(head.said),
        groups=tuple((line_name(row), value_words(each.said)) for row, each in parts),
        note=next((each.note for _row, each in parts if each.note), ""),
        taken_back=isinstance(head.said, Empty),
        replaced=replaced,
    )


def _in_words(record: Record) -> dict[str, object]:
    tag = locale().tag
    if isinstance(record, AgreementRecord):
        return {
            "number": record.number,
            "gmina": gmina_name(record.gmina),
            "first_day": record.first_day,
            "last_day": record.last_day,
        }
    on = record.served_on
    return {
        "number": record.number,
        "served_on": on,
        "desk": DESKS.get(record.desk_id, record.desk_id),
        "role": codes("roles").label(record.role, tag, on),
        "kinds": ", ".join(codes("help-kinds").label(kind, tag, on) for kind in record.kinds),
    }


def _after(text: str) -> Place | None:
    """The place in the list that the address names; anything else is the beginning."""
    day, _comma, row = text.partition(",")
    try:
        return date.fromisoformat(day), UUID(row)
    except ValueError:
        return None


def _older_url(desk_id: str, schedule: Schedule, indicator: Indicator, last: Record) -> str:
    day, row = sources.place_of(last)
    after = f"{day.isoformat()},{row}"
    as_of = request.args.get("as_of")
    return url_for(
        "indicators.records", desk_id=desk_id, year=schedule.year, key=indicator.key, after=after, as_of=as_of
    )
