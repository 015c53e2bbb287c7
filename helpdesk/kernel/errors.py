"""What can be refused. A refusal carries a code; its sentence is added at the edge, in the reader's language."""

from enum import StrEnum


class Refusal(Exception):
    """The office's rules do not allow this.

    `code` names the rule; `data` holds the plain values a sentence may need. `field` names the form field that the
    sentence belongs beside, if there is one.
    """

    def __init__(self, code: StrEnum, *, field: str | None = None, **data: object) -> None:
        super().__init__(code.value)
        self.code = code
        self.field = field
        self.data = data


class NotFound(Exception):
    """There is no such thing here, or this person may not know that there is."""


class Forbidden(Exception):
    """Somebody who works here may nevertheless not do this."""


class EditedMeanwhile(Exception):
    """Somebody else saved the same thing first; `fields` maps each field in dispute to the text now stored."""

    def __init__(self, fields: dict[str, object], *, by: str = "") -> None:
        super().__init__(", ".join(sorted(fields)))
        self.fields = fields
        self.by = by
