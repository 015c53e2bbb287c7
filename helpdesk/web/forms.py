"""The base of our forms: our own messages in every language, refusals beside their field, a language switch that loses nothing."""

from collections.abc import Callable, Iterable, Sequence
from gettext import NullTranslations
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice  # type: ignore[attr-defined]  # the type stubs do not know it yet
from wtforms.validators import Length, Optional, Regexp, ValidationError

from helpdesk.kernel.errors import Refusal
from helpdesk.web import labels
from helpdesk.web.i18n import _, is_language_switch, lazy

Validator = Callable[[Any, Any], None]


class Form(FlaskForm):
    """A form whose messages come from our catalogues and nowhere else."""

    class Meta(FlaskForm.Meta):
        locales = ("en",)

        def get_translations(self, form: object) -> NullTranslations:  # noqa: ARG002  the library's signature
            """No translations of the library: every message is ours."""
            return NullTranslations()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  whatever the library's form takes
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]  # the library has no types

    def is_sent(self) -> bool:
        """Whether the form was sent and is in shape; not when it was sent only to change the language."""
        return request.method == "POST" and not is_language_switch() and bool(self.validate())

    def refuse(self, refusal: Refusal) -> None:
        """Put the sentence of a refusal beside its field, or above the form."""
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(labels.sentence(refusal))
        else:
            field.errors = [*field.errors, labels.sentence(refusal)]


def given(message: object = None) -> Validator:
    """The field must hold something."""

    def check(_form: object, field: Field) -> None:
        data = field.data.strip() if isinstance(field.data, str) else field.data
        if data in (None, "", []):
            raise ValidationError(str(message or _("Fill this in.")))

    check.field_flags = {"required": True}  # type: ignore[attr-defined]
    return check


def at_most(length: int) -> Validator:
    """The text may have at most so many characters."""
    return Length(max=length, message=_LazyMessage(length))  # type: ignore[arg-type]


class _LazyMessage:
    """WTForms formats its message with %; this one waits until the reader's language is known."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __mod__(self, _values: object) -> str:
        return _("Write at most %(count)s characters.", count=self.length)


def may_be_empty() -> Validator:
    return Optional()


def matches(pattern: str, message: object) -> Regexp:
    return Regexp(pattern, message=message)  # type: ignore[arg-type]


def options(pairs: Iterable[tuple[str, object]]) -> Any:  # noqa: ANN401  whatever the type stubs hold for choices
    """The choices of a field, from values and labels."""
    return [SelectChoice(value, label) for value, label in pairs]


def all_errors(form: Form) -> Sequence[tuple[str, str]]:
    """Field id and sentence of each error, in the order of the page."""
    beside = [(field.id, str(error)) for field in form for error in field.errors]
    return [("", str(error)) for error in form.form_errors] + beside


LANGUAGE_LABEL = lazy("Language")
