"""What the people of a desk are told about duties. A notice holds times and places, and nothing of anybody helped."""

from enum import StrEnum


class Told(StrEnum):
    """What happened, from the point of view of whoever is told."""

    ASKED = "duty:asked"
    CANCELLED = "duty:cancelled"
    CHANGED = "duty:changed"
    FREED = "duty:freed"
    GIVEN = "duty:given"
    LAPSED = "duty:offer-lapsed"
    MOVE_APPOINTMENTS = "duty:move-appointments"
    NOBODY_ASKED = "duty:nobody-asked"
    PUBLISHED = "duty:plan-published"
    REFUSED = "duty:handing-over-refused"
    SWAP_ASKED = "duty:swap-asked"
    TAKEN = "duty:taken"
    TAKEN_AWAY = "duty:taken-away"
    TAKEN_OVER = "duty:taken-over"
    TO_APPROVE = "duty:to-approve"
    WAITING = "duty:taken-and-waiting"
    WITHDRAWN = "duty:offer-withdrawn"
