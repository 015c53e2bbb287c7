"""Who carries a position out, as the table names them."""

import re
from dataclasses import dataclass

from helpdesk.indicators.rules.values import Expected, Printed, Text, is_dash
from helpdesk.kernel.errors import Refusal

DITTO = re.compile(r"j\.?\s?w\.?", re.IGNORECASE)
BETWEEN = re.compile(r"\s/|/\s")


@dataclass(frozen=True, slots=True)
class Realisers(Printed):
    """The parties of one position. Where *j.w.* is printed they are those of the position above (T-000-07)."""

    parties: tuple[str, ...] = ()
    ditto: bool = False

    @property
    def stray_dash(self) -> bool:
        """Whether a dash without meaning ends the words (T-000-16)."""
        return not is_dash(self.plain) and self.plain.endswith("-")


def is_ditto(raw: str) -> bool:
    return DITTO.fullmatch(Text(raw).plain) is not None


def read_realisers(raw: str, above: Realisers | None) -> Realisers:
    """The parties, divided at ` / ` or `/ ` (R-000-09); Refusal(Expected.REALISERS) if a ditto has nothing above."""
    if is_ditto(raw):
        if above is None:
            raise Refusal(Expected.REALISERS)
        return Realisers(raw, above.parties, ditto=True)
    said = Text(raw).plain
    if not said:
        raise Refusal(Expected.REALISERS)
    parties = (name.strip().removesuffix("-").strip() for name in BETWEEN.split(said))
    return Realisers(raw, tuple(name for name in parties if name))
