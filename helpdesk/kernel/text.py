"""Text as people search it and as a Polish index sorts it. Pure Python: the database gets the result in a column."""

import re
import unicodedata

# Letters that Unicode does not take apart into a base and a mark, written as people type them without the right keyboard.
# Apostrophes belong to the word in Ukrainian and Uzbek and come in many shapes, so all of them go.
_LETTERS = str.maketrans(
    {
        "ł": "l", "đ": "d", "ð": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ħ": "h", "ґ": "г",
        "'": "", "’": "", "‘": "", "`": "", "´": "", "ʼ": "", "ʻ": "", "ʹ": "", "ʾ": "", "ʿ": "",
        "\N{ARABIC TATWEEL}": "",
    },
)  # fmt: skip
_VARIATION_SELECTORS = re.compile("[\u034f\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ALPHABET = {letter: place for place, letter in enumerate("aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż")}

PolishKey = tuple[tuple[tuple[int, int], ...], str, str, str]


def fold(text: str) -> str:
    """The text as it is searched: no case, no marks, letters and digits with single blanks between words.

    Promises: folding twice changes nothing; "zazolc" finds "Zażółć"; digits of every script become 0-9; vowel signs of
    Indian scripts stay, because there they are part of the word.
    """
    return " ".join(_melted(text).split())


def words(text: str) -> tuple[str, ...]:
    """The folded words, in order."""
    return tuple(fold(text).split())


def polish_key(text: str) -> PolishKey:
    """The sort key of Polish alphabetical order: a ą b c ć …, digits before letters, other scripts last.

    Case decides only between otherwise equal texts, lower first. Foreign accents count only after the letters
    ("é" sorts as "e"). Two different texts never have equal keys.
    """
    plain = unicodedata.normalize("NFC", text.casefold())
    places = [place for character in plain for place in _places(character)]
    return _without_needless_blanks(places), plain, text.swapcase(), text


def _melted(text: str) -> str:
    """Folded, but with a blank for each separator, so that positions of words are still there."""
    # The order is the one Unicode gives for compatibility caseless matching (chapter 3.13, D146): a compatibility
    # form such as "㎒" yields capitals only after it is taken apart.
    plain = unicodedata.normalize("NFD", text).casefold()
    plain = unicodedata.normalize("NFKD", plain).casefold()
    plain = unicodedata.normalize("NFKD", plain.translate(_LETTERS))
    return "".join(_kept(character) for character in _VARIATION_SELECTORS.sub("", plain))


def _kept(character: str) -> str:
    """The character, nothing for marks and invisible signs, a blank for whatever separates words."""
    category = unicodedata.category(character)
    if category in {"Cf", "Me"} or unicodedata.combining(character):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return character if category[0] in "LMN" else " "


def _places(character: str) -> list[tuple[int, int]]:
    """Where a character stands in the order: blanks, digits, the Polish alphabet, everything else."""
    if character in _ALPHABET:
        return [(2, _ALPHABET[character])]
    return [_place(letter) for letter in _melted(character)]


def _place(letter: str) -> tuple[int, int]:
    if letter == " ":
        return 0, 0
    if letter in "0123456789":
        return 1, int(letter)
    return (2, _ALPHABET[letter]) if letter in _ALPHABET else (3, ord(letter))


def _without_needless_blanks(places: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """One blank between words and none around, so that "Golub-Dobrzyń" and "Golub – Dobrzyń" stand together."""
    joined = [place for number, place in enumerate(places) if place[0] or (number and places[number - 1][0])]
    return tuple(joined[:-1] if joined and not joined[-1][0] else joined)
