"""The table on paper: a PDF for the records, with the day, the hour and the person at the foot of each page."""

from collections.abc import Iterable
from itertools import groupby

from helpdesk.indicators.exports.grid import WIDTHS, Spot, spots_of
from helpdesk.indicators.rules.layout import RowKind
from helpdesk.indicators.service import Taken
from helpdesk.web.documents import make_pdf, polish_frame

TEMPLATE = "indicators/schedule.typ"
# A row with more lines may be torn apart, and a band with more is not repeated: neither might fit on what is left of a page.
TALL_ROW, TALL_BAND = 25, 6


def to_pdf(taken: Taken) -> bytes:
    """The eleven columns on A4, lying; heading and direction are repeated on each page, footnotes stand in place.

    In Polish whoever takes it away, as the table itself is. DocumentError if it cannot be made.
    """
    frame = polish_frame(taken.schedule.title.plain, made=taken.made, by=taken.by, as_of=taken.as_of)
    spots = spots_of(taken.schedule)
    end = next(spot.place.top for spot in spots if spot.kind is RowKind.TOTAL)
    data = {
        "widths": WIDTHS,
        "head": _cells(spot for spot in spots if spot.kind is RowKind.HEADING),
        "directions": _directions(spot for spot in spots if spot.place.top < end),
        "total": _cells(spot for spot in spots if spot.kind is RowKind.TOTAL),
        "notes": [spot.text for spot in spots if spot.kind is RowKind.FOOTNOTE and spot.place.top > end],
    }
    return make_pdf(TEMPLATE, data, frame=frame)


def _directions(spots: Iterable[Spot]) -> list[dict[str, object]]:
    """Each direction's band with the cells below it. A band is repeated only where something stands below it."""
    found: list[tuple[list[Spot], list[Spot]]] = []
    for _row, each in groupby(spots, key=lambda spot: spot.place.top):
        cells = list(each)
        match cells[0].kind:
            case RowKind.DIRECTION:
                found.append((cells, []))
            case RowKind.POSITION | RowKind.FOOTNOTE:
                found[-1][1].extend(cells)
    return [
        {
            "band": _cells(band),
            "repeated": bool(cells) and all(spot.lines <= TALL_BAND for spot in band),
            "cells": _cells(cells),
        }
        for band, cells in found
    ]


def _cells(spots: Iterable[Spot]) -> list[dict[str, object]]:
    cells = list(spots)
    tall = {row for spot in cells if spot.lines > TALL_ROW for row in range(spot.place.top, spot.place.bottom + 1)}
    return [
        {
            "text": spot.text,
            "rows": spot.height,
            "columns": spot.width,
            "left": spot.left,
            "whole": spot.height == 1 and spot.place.top not in tall,
        }
        for spot in cells
    ]
