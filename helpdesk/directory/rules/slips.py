"""Slips of the finger: which word was meant by one that is nowhere written so."""

from collections.abc import Iterable, Sequence

# How many slips are believed, by the length of the typed word; in shorter ones every letter is needed.
_BELIEVED = ((5, 2), (4, 1))


def slips(typed: str, word: str) -> int:
    """How few letters were left out, added, changed or swapped, if `word` or its beginning was meant.

    Endings do not count, since the names of places and offices are declined: "toruń" is the beginning of "toruniu".
    """
    before: list[int] = []
    row = list(range(len(word) + 1))
    for place, letter in enumerate(typed):
        earlier, before, row = before, row, [place + 1]
        for other, found in enumerate(word):
            cost = min(before[other] + (letter != found), before[other + 1] + 1, row[other] + 1)
            swapped = place and other and (letter, typed[place - 1]) == (word[other - 1], found)
            row.append(min(cost, earlier[other - 1] + 1) if swapped else cost)
    return min(row)


def slips_of_all(typed: Sequence[str], words: Iterable[str]) -> int | None:
    """The slips of all typed words together, each for the word that is nearest; None where one of them fits no word."""
    known = list(words)
    fewest = [min((slips(each, word) for word in known), default=len(each)) for each in typed]
    believed = all(few <= _believed(each) for each, few in zip(typed, fewest, strict=True))
    return sum(fewest) if believed else None


def _believed(typed: str) -> int:
    return next((slips for length, slips in _BELIEVED if len(typed) >= length), 0)
