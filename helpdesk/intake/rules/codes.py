"""The return code: sixteen digits that look like any other number. Six find the row, nine are secret, the last one catches a slip."""

import secrets
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from stdnum import damm

from helpdesk.kernel.errors import Refusal

LOCATOR_DIGITS = 6
SECRET_DIGITS = 9
DIGITS = LOCATOR_DIGITS + SECRET_DIGITS + 1
GROUP = 4
MANY_TRIES = 5
LONGEST_WAIT = 4.0
LONGEST_TYPED = 64  # sixteen digits with a blank and a mark of direction round each; what is longer is no slip


class CodeRefusal(StrEnum):
    """Why digits open nothing. The first two are slips and say nothing about any code."""

    CHECK_DIGIT = "code:check-digit"
    LENGTH = "code:length"
    WRONG = "code:wrong"


@dataclass(frozen=True, slots=True)
class Code:
    """A return code as somebody holds it. Its text is the secret: it is never stored, logged, or put into an address."""

    locator: str
    secret: str = field(repr=False)

    @property
    def digits(self) -> str:
        plain = self.locator + self.secret
        return plain + str(damm.calc_check_digit(plain))

    @property
    def text(self) -> str:
        """In groups of four, to be read aloud and copied."""
        digits = self.digits
        return " ".join(digits[at : at + GROUP] for at in range(0, DIGITS, GROUP))

    def elsewhere(self) -> "Code":
        """The same secret in another row, for the day on which two rows would have one locator."""
        return Code(_digits(LOCATOR_DIGITS), self.secret)


def new_code() -> Code:
    """A code that nobody can guess: 10^9 secrets for each row that the locator finds."""
    return Code(_digits(LOCATOR_DIGITS), _digits(SECRET_DIGITS))


def seconds_to_wait(wrong_tries: int) -> float:
    """How long wrong digits are answered late, in seconds: a slip hardly, somebody who guesses one row ever longer, nobody for ever."""
    return 0.0 if wrong_tries < MANY_TRIES else min(LONGEST_WAIT, 0.25 * 2.0 ** min(wrong_tries - MANY_TRIES, 8))


def read_code(typed: str) -> Code:
    """The code that was typed, in the digits of any script, with blanks, dashes and invisible marks (LA4).

    Raises Refusal for a slip: too few or too many digits, another sign among them, or a check digit that does not fit.
    """
    if len(typed) > LONGEST_TYPED:
        raise Refusal(CodeRefusal.LENGTH, field="code")
    digits = "".join(_digit(sign) for sign in typed)
    if len(digits) != DIGITS or not digits.isdecimal():
        raise Refusal(CodeRefusal.LENGTH, field="code")
    if not _is_code(digits):
        raise Refusal(CodeRefusal.CHECK_DIGIT, field="code")
    return Code(digits[:LOCATOR_DIGITS], digits[LOCATOR_DIGITS:-1])


def holds_code(text: str, locator: str) -> bool:
    """Whether the code with this locator stands in a text, so that nobody sends it by mistake. Other long numbers, such as accounts, may stand."""
    plain = "".join(_digit(sign) for sign in text)
    starts = (at for at in range(len(plain)) if plain.startswith(locator, at))
    return any(_is_code(plain[at : at + DIGITS]) for at in starts)


def _is_code(digits: str) -> bool:
    return len(digits) == DIGITS and digits.isdecimal() and bool(damm.is_valid(digits))


def _digits(number: int) -> str:
    return "".join(str(secrets.randbelow(10)) for _ in range(number))


def _digit(sign: str) -> str:
    """The digit 0 to 9 that a sign stands for, nothing for what only separates, and anything else as it is."""
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    return "" if category in {"Zs", "Pd", "Cf", "Cc"} else sign
