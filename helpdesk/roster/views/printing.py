"""The plan of a month to hang on the wall: as a page that prints well, and as a PDF in Polish."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from babel.dates import format_date
from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk.desks import queries as desks
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import exports
from helpdesk.roster.models import Post
from helpdesk.roster.rules import grid as rules
from helpdesk.roster.rules.coverage import Gap
from helpdesk.roster.rules.grid import Cell, Head
from helpdesk.roster.rules.weeks import first_of_month, last_of_month, month_of, next_month, previous_month
from helpdesk.roster.service import looking
from helpdesk.roster.views import bars
from helpdesk.roster.views.blueprint import staff
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, localdate, locale
from helpdesk.web.transaction import session


@dataclass(frozen=True, slots=True)
class Wall:
    """A month of published duties: the posts that are needed, and for each day who holds them."""

    first: date
    posts: Sequence[Post]
    days: Sequence[tuple[Head, Sequence[Cell]]]
    called: Mapping[UUID, str]


@staff.get("/roster/print")
@requires(Permission.DUTY_READ)
def printed(desk_id: str) -> ResponseReturnValue:
    """A month on one sheet of paper."""
    first = _month()
    wall = _wall(first)
    rows = [(day_words(head), head, _cells(wall, cells, _("nobody yet"), _("gap"))) for head, cells in wall.days]
    return render_template(
        "roster/print.html",
        desk_id=desk_id,
        first=first,
        posts=_headings(wall),
        rows=rows,
        month=month_of(first),
        previous=month_of(previous_month(first)),
        following=month_of(next_month(first)),
        made=utcnow(),
    )


@staff.get("/roster/print.pdf")
@requires(Permission.DUTY_READ)
def printed_pdf(desk_id: str) -> ResponseReturnValue:
    """The same for the office's records."""
    first, desk = _month(), desks.desk(session(), desk_id)
    wall = _wall(first)
    title = f"Grafik dyżurów: {desk.name_pl if desk else desk_id}, {format_date(first, 'LLLL y', locale='pl')}"
    rows = [
        {
            "day": _polish_day(head),
            "free": head.is_free or head.is_weekend,
            "cells": _cells(wall, cells, "wakat", "brak obsady"),
        }
        for head, cells in wall.days
    ]
    notes = ["Wakat: dyżur, którego nikt jeszcze nie objął. Brak obsady: czas, na który nie ma dyżuru."]
    content = exports.plan_pdf(title, ["Dzień", *_headings(wall)], rows, notes, made=utcnow(), by=identity.actor().name)
    headers = {"Content-Disposition": f'attachment; filename="grafik-{desk_id}-{month_of(first)}.pdf"'}
    return Response(content, mimetype=exports.PDF, headers=headers)


def _month() -> date:
    return first_of_month(request.args.get("month", "")) or day_of(utcnow()).replace(day=1)


def _wall(first: date) -> Wall:
    """Only what is published: a draft is nobody's business on the wall."""
    now, last = utcnow(), last_of_month(first)
    days = rules.days_of(first, last)
    look = looking.published(session(), first, last)
    laid = rules.lay_out([post.id for post in look.posts], days, look.plan, look.needs, {}, now)
    heads = rules.heads(days, look.closings, day_of(now))
    needed = {post.id: post for post in look.posts}
    by_day = [(head, [line.cells[number] for line in laid]) for number, head in enumerate(heads)]
    return Wall(first, [needed[line.post_id] for line in laid], by_day, bars.names(look))


def _cells(wall: Wall, cells: Sequence[Cell], nobody: str, gap: str) -> list[str]:
    return [_words(cell, post, wall.called, nobody, gap) for post, cell in zip(wall.posts, cells, strict=True)]


def _words(cell: Cell, post: Post, called: Mapping[UUID, str], nobody: str, gap: str) -> str:
    """What stands in one cell, a line each: who, and the hours where they are not those of the post."""
    said = []
    for item in cell.items:
        if isinstance(item, Gap):
            said.append(f"{gap} {bars.span_words(item.span)}")
            continue
        holder, usual = item.planned.account_id, (post.starts, post.ends)
        name = called.get(holder, nobody) if holder else nobody
        said.append(name if (item.planned.starts, item.planned.ends) == usual else f"{name} {bars.wall(item.planned)}")
    return "\n".join(said)


def _headings(wall: Wall) -> list[str]:
    return [f"{post.name}\n{post.starts:%H:%M}–{post.ends:%H:%M}" for post in wall.posts]


def _polish_day(head: Head) -> str:
    words = format_date(head.day, "d.MM EEE", locale="pl")
    free = head.holiday.name_pl if head.holiday else head.closing
    return f"{words}\n{free}" if free else words


def day_words(head: Head) -> str:
    """A day in the reader's language, with the holiday or the closing that falls on it."""
    free = head.holiday.name(locale().tag) if head.holiday else head.closing
    return f"{localdate(head.day, 'd.MM EEE')} {free}".strip()
