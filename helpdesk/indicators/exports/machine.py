"""The table for machines."""

import json
from typing import TypeAlias

from helpdesk.indicators.exports.grid import printed_rows
from helpdesk.indicators.rules.keys import keyed
from helpdesk.indicators.rules.tree import Costs, Direction, Footnote, Funds, Indicator, Position, Schedule
from helpdesk.indicators.rules.values import Number, Value

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | None"


def to_json(schedule: Schedule) -> bytes:
    """The schedule for machines, UTF-8: values by kind and as printed, and the eleven columns row by row."""
    content: Json = {
        "programme": {
            "name": schedule.programme.name,
            "region": schedule.programme.region,
            "years": [schedule.programme.first_year, schedule.programme.last_year],
        },
        "year": schedule.year,
        "executed_years": list[Json](schedule.executed_years),
        "title": schedule.title.raw,
        "directions": [_direction(direction) for direction in schedule.directions],
        "indicators": {key: _indicator(line, schedule) for key, line in keyed(schedule).items()},
        "footnotes": [_footnote(note) for note in schedule.footnotes],
        "total": {
            "label": schedule.total.label.raw,
            "year": schedule.total.year,
            "printed": _costs(schedule.total.costs),
            "computed": _funds(schedule.funds),
        },
        "warnings": [
            {"code": each.doubt.value, "line": each.line, "found": each.found, "expected": each.expected}
            for each in schedule.warnings
        ],
        "rows": [{"kind": row.kind.value, "cells": list[Json](row.cells)} for row in printed_rows(schedule)],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _direction(direction: Direction) -> Json:
    return {
        "number": direction.number,
        "title": direction.title.raw,
        "funds": _funds(direction.funds),
        "actions": [{"number": str(action.number), "title": action.title.raw} for action in direction.actions],
        "positions": [_position(position) for position in direction.positions],
    }


def _position(position: Position) -> Json:
    months = position.months
    return {
        "actions": [str(number) for number in position.actions],
        "costs": _costs(position.costs),
        "months": {"kind": months.kind.value, "first": months.first, "last": months.last, "printed": months.raw},
        "realisers": {"parties": list[Json](position.realisers.parties), "printed": position.realisers.raw},
        "indicators": [indicator.name.raw for indicator in position.indicators],
    }


def _indicator(line: Indicator, schedule: Schedule) -> Json:
    as_of = next((note.as_of for note in schedule.notes_of(line.executed) if note.as_of), None)
    return {
        "name": line.name.raw,
        "plan": _value(line.plan),
        "executed": _value(line.executed),
        "executed_as_of": as_of.isoformat() if as_of else None,
        "programme_plan": _value(line.six_year),
        "footnotes": list[Json](line.name.footnotes),
    }


def _value(value: Value) -> Json:
    return {
        "kind": type(value).__name__.lower(),
        "number": value.count if isinstance(value, Number) else None,
        "printed": value.raw,
        "footnotes": list[Json](value.footnotes),
    }


def _costs(costs: Costs) -> Json:
    return {
        "total": _value(costs.total),
        "own": _value(costs.own),
        "other": _value(costs.other),
    }


def _funds(funds: Funds) -> Json:
    return {"total": funds.total, "own": funds.own, "other": funds.other}


def _footnote(note: Footnote) -> Json:
    return {"number": note.number, "text": note.text, "as_of": note.as_of.isoformat() if note.as_of else None}
