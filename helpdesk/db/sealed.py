"""Sealed columns: AES-GCM envelopes bound to table, column and row, and the blind index by which a phone can be found.

An envelope is `version (1) ‖ key id (4) ‖ nonce (12) ‖ ciphertext and tag`. The text is padded before it is sealed, so that the
length of an envelope tells little. The first key of the ring writes, all of them read.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Any, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from helpdesk.db.base import Base

VERSION = b"\x01"
KEY_ID = slice(1, 5)
_NONCE = slice(5, 17)
_BODY = slice(17, None)
_MARK = b"\x80"


class SealError(Exception):
    """An envelope cannot be opened: unknown key, moved to another row, or damaged."""


class KeyRing:
    """The keys of one installation, and the pepper of its blind indexes."""

    def __init__(self, keys: Sequence[bytes], pepper: bytes) -> None:
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}
        self.current_id = _key_id(keys[0])
        self.known_ids = frozenset(self._ciphers)
        self._pepper = hashlib.sha256(b"helpdesk blind index" + pepper).digest()

    def seal(self, text: str, bound_to: str, *, pad: int = 64) -> bytes:
        """An envelope of `text` that opens only under the same `bound_to`; padded to a multiple of `pad` bytes."""
        return self.seal_bytes(text.encode(), bound_to, pad=pad)

    def seal_bytes(self, plain: bytes, bound_to: str, *, pad: int = 64) -> bytes:
        """The same for bytes."""
        nonce = os.urandom(12)
        body = self._ciphers[self.current_id].encrypt(nonce, _padded(plain, pad), bound_to.encode())
        return VERSION + self.current_id + nonce + body

    def open(self, envelope: bytes, bound_to: str) -> str:
        """The text of an envelope, or SealError."""
        return self.open_bytes(envelope, bound_to).decode()

    def open_bytes(self, envelope: bytes, bound_to: str) -> bytes:
        """The bytes of an envelope, or SealError."""
        cipher = self._ciphers.get(envelope[KEY_ID])
        if envelope[:1] != VERSION or cipher is None:
            raise SealError("No key of the ring opens this envelope.")
        try:
            padded = cipher.decrypt(envelope[_NONCE], envelope[_BODY], bound_to.encode())
        except InvalidTag as error:
            raise SealError(f"The envelope was not sealed for {bound_to}, or is damaged.") from error
        return padded.rstrip(b"\x00").removesuffix(_MARK)

    def blind(self, *parts: str) -> bytes:
        """A keyed hash by which equal values can be found without being readable."""
        return hmac.digest(self._pepper, "\x1f".join(parts).encode(), "sha256")

    def blind_bytes(self, of: str, content: bytes) -> bytes:
        """The same of many bytes, such as a file."""
        return self.blind(of, hashlib.sha256(content).hexdigest())


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"helpdesk key id" + key).digest()[:4]


def _padded(plain: bytes, pad: int) -> bytes:
    marked = plain + _MARK
    return marked + b"\x00" * (-len(marked) % pad)


_rings: list[KeyRing] = []


def use(ring: KeyRing) -> None:
    """Give this process its keys, once at start-up."""
    _rings[:] = [ring]


def ring() -> KeyRing:
    """The keys of this process."""
    if not _rings:
        raise SealError("This process was given no keys.")
    return _rings[0]


def blind_index(desk_id: str, e164: str) -> bytes:
    """The blind index of a phone number at one desk; another desk's index of the same number has nothing in common with it."""
    return ring().blind("phone", desk_id, e164)


class Sealed:
    """Reads and writes text through an envelope column of the same row; an empty text is stored as nothing."""

    def __init__(self, column: str, *, pad: int) -> None:
        self.column = column
        self.pad = pad

    @overload
    def __get__(self, row: None, owner: type) -> "Sealed": ...
    @overload
    def __get__(self, row: Base, owner: type) -> str: ...
    def __get__(self, row: Base | None, owner: type) -> "Sealed | str":
        if row is None:
            return self
        envelope: bytes | None = getattr(row, self.column)
        return "" if envelope is None else ring().open(envelope, self.bound_to(row))

    def __set__(self, row: Base, text: str | None) -> None:
        if (text or "") == self.__get__(row, type(row)):
            return
        setattr(row, self.column, ring().seal(text, self.bound_to(row), pad=self.pad) if text else None)

    def bound_to(self, row: Any) -> str:  # noqa: ANN401  any mapped row with an id
        return f"{row.__tablename__}:{self.column}:{row.id}"

    def reseal(self, row: Base) -> None:
        """Seal it anew with the first key of the ring."""
        envelope: bytes | None = getattr(row, self.column)
        if envelope is not None:
            plain = ring().open_bytes(envelope, self.bound_to(row))
            setattr(row, self.column, ring().seal_bytes(plain, self.bound_to(row), pad=self.pad))


def sealed(column: str, *, pad: int = 64) -> Sealed:
    """A text attribute kept in the envelope column named `column`, padded to a multiple of `pad` bytes."""
    return Sealed(column, pad=pad)


def sealed_attributes(model: type[Base]) -> list[Sealed]:
    """The sealed attributes that a mapped class declares or inherits."""
    return [value for kind in model.__mro__ for value in vars(kind).values() if isinstance(value, Sealed)]
