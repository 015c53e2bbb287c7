"""The plan of some days in words: what stands in each cell of the grid, and where it leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias
from uuid import UUID

from flask import url_for

from helpdesk.accounts.models import Account
from helpdesk.kernel.clock import day_bounds
from helpdesk.roster.forms.duties import token_of
from helpdesk.roster.labels.grid import MARKS, hours, reasons
from helpdesk.roster.models import Draft, Duty, Post
from helpdesk.roster.rules.coverage import Gap
from helpdesk.roster.rules.grid import Bar, Cell, Line
from helpdesk.roster.rules.overlay import Planned
from helpdesk.roster.rules.spans import Span
from helpdesk.roster.service.looking import Look
from helpdesk.web.i18n import _, localtime

# How the address of a page names the week or the month to which it leads back.
Address: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ShownBar:
    """A duty in its cell. `kind` is "published", "added", "changed" or "removed"; `token` names its version."""

    bar: Bar
    id: str
    url: str
    token: str
    when: str
    who: str
    kind: str
    mark: str
    reasons: Sequence[str]
    real: str


@dataclass(frozen=True, slots=True)
class ShownGap:
    """Time that no duty covers, and where one is drafted for it."""

    id: str
    url: str
    when: str
    missing: int


@dataclass(frozen=True, slots=True)
class ShownCell:
    """What stands in a cell, and where a duty for it is drafted; what has the focus is found again by its id."""

    day: date
    id: str
    url: str
    items: Sequence[ShownBar | ShownGap]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A post with its cells."""

    post: Post
    cells: Sequence[ShownCell]


def names(look: Look) -> Mapping[UUID, str]:
    """Everybody who holds a duty of the plan, by name."""
    held: list[Account | None] = [each.account for each in look.duties.values()]
    held += [each.account for each in look.drafts.values()]
    return {account.id: account.name for account in held if account is not None}


@dataclass(frozen=True)
class Ground:
    """What the words of a grid are made of; `address` names the week or the month to which the page of a duty leads back."""

    desk_id: str
    address: Address
    look: Look

    @cached_property
    def called(self) -> Mapping[UUID, str]:
        return names(self.look)

    def lines(self, laid: Sequence[Line]) -> list[ShownLine]:
        """The lines of the grid in words."""
        posts = {post.id: post for post in self.look.posts}
        return [
            ShownLine(posts[line.post_id], [self._cell(f"{number}-{cell.day}", line, cell) for cell in line.cells])
            for number, line in enumerate(laid)
        ]

    def bar(self, bar: Bar) -> ShownBar:
        """One duty in words."""
        planned = bar.planned
        return ShownBar(
            bar,
            f"duty-{planned.key}",
            edit_url(self.desk_id, planned, self.address),
            token_of(_stands_for(planned, self.look)),
            wall(planned),
            self.called.get(planned.account_id, "") if planned.account_id else "",
            "published" if not bar.is_drafted else planned.mark.value,
            str(MARKS.get(planned.mark, "")),
            reasons(bar.judgement),
            _("really %(hours)s h", hours=hours(bar.real_length)) if bar.real_length else "",
        )

    def _cell(self, cell_id: str, line: Line, cell: Cell) -> ShownCell:
        items = [
            self.bar(item) if isinstance(item, Bar) else self._gap(f"gap-{cell_id}-{place}", item)
            for place, item in enumerate(cell.items)
        ]
        new = url_for("roster.new_duty", desk_id=self.desk_id, post=line.post_id, day=cell.day, **self.address)
        return ShownCell(cell.day, f"add-{cell_id}", new, items)

    def _gap(self, gap_id: str, gap: Gap) -> ShownGap:
        return ShownGap(gap_id, gap_url(self.desk_id, gap, self.address), span_words(gap.span), gap.missing)


def edit_url(desk_id: str, planned: Planned, address: Address) -> str:
    """The page of a duty, or of a draft that is no duty yet."""
    if planned.duty_id is not None:
        return url_for("roster.edit_duty", desk_id=desk_id, duty_id=planned.duty_id, **address)
    return url_for("roster.edit_draft", desk_id=desk_id, draft_id=planned.draft_id, **address)


def gap_url(desk_id: str, gap: Gap, address: Address) -> str:
    """The page on which a duty is drafted for a gap: on the local day on which the gap itself begins."""
    begins, ends = localtime(gap.span.start), localtime(gap.span.end)
    day = gap.day if gap.span.start < day_bounds(gap.day)[1] else date.fromordinal(gap.day.toordinal() + 1)
    return url_for("roster.new_duty", desk_id=desk_id, post=gap.post_id, day=day, starts=begins, ends=ends, **address)


def wall(planned: Planned) -> str:
    return f"{planned.starts:%H:%M}–{planned.ends:%H:%M}"


def span_words(span: Span) -> str:
    return f"{localtime(span.start)}–{localtime(span.end)}"


def _stands_for(planned: Planned, look: Look) -> Duty | Draft:
    """What is changed when the bar is: the draft if there is one."""
    if planned.draft_id is not None:
        return look.drafts[planned.draft_id]
    assert planned.duty_id is not None  # noqa: S101  a bar is one or the other
    return look.duties[planned.duty_id]
