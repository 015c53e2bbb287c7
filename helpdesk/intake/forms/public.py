"""One small form for each page of the public face. No field is named so that a browser fills it in by itself (TR2)."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from wtforms import (
    BooleanField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from helpdesk.intake.labels.public import ABOUT, HELPS, NEEDS, QUESTIONS, REACHES, SAID, SEXES
from helpdesk.intake.rules.choices import Help, Reach, Said
from helpdesk.intake.rules.steps import Step
from helpdesk.kernel.languages import LANGUAGES
from helpdesk.web.forms import Form, options
from helpdesk.web.i18n import lazy

Choice = TypeVar("Choice", bound=StrEnum)
_YES_NO = (Said.YES, Said.NO)
_HOURS = range(25)


def _choices(words: Mapping[Choice, object], only: Iterable[Choice] | None = None) -> Any:  # noqa: ANN401  as the library's
    return options([(each.value, words[each]) for each in only or words])


def _question(name: str) -> Any:  # noqa: ANN401  a lazy text
    return QUESTIONS[name]


class Unchecked(RadioField):
    """A choice that need not be made. What is none of the choices counts as not made, and is no error (attack test 15)."""

    def __init__(self, label: object = None, **kwargs: Any) -> None:  # noqa: ANN401  as of the library
        super().__init__(label, validate_choice=False, **kwargs)  # type: ignore[arg-type]  # a lazy text


class Chosen(SelectMultipleField):
    """Several choices, or none; likewise."""

    def __init__(self, label: object = None, **kwargs: Any) -> None:  # noqa: ANN401  likewise
        super().__init__(label, validate_choice=False, **kwargs)  # type: ignore[arg-type]  # likewise


class StepForm(Form):
    """A page of the form. The field that nobody can see has a name like any other."""

    website = StringField()

    def __init__(self, typed: Mapping[str, Any] | None = None) -> None:
        super().__init__(data=dict(typed or {}))

    def typed(self) -> dict[str, Any]:
        """What the fields hold, by name, to be kept in the draft."""
        left_out = {"csrf_token", "website", "files", "forget"}
        return {
            field.name: field.data if field.data is not None else "" for field in self if field.name not in left_out
        }


class NeedForm(StepForm):
    about = Unchecked(_question("about"), choices=_choices(ABOUT))
    minor = Unchecked(_question("minor"), choices=_choices(SAID))
    needs = Chosen(_question("needs"), choices=_choices(NEEDS))


class StoryForm(StepForm):
    story = TextAreaField(
        _question("story"),
        description=lazy("In any language, as much or as little as you like. You may leave this empty."),
    )
    files = MultipleFileField(
        lazy("Pictures, sound or documents"),
        description=lazy("At most 10, each at most 20 MB. We remove the place where a picture was taken."),
    )


class SafeForm(StepForm):
    """How somebody may be reached. The same fields stand on the way back, where it can be changed."""

    ways = Chosen(_question("ways"), choices=_choices(REACHES))
    mail = StringField(_question("mail"))
    number = StringField(_question("number"))
    from_hour = SelectField(_question("from_hour"), validate_choice=False)
    until_hour = SelectField(_question("until_hour"), validate_choice=False)
    voicemail = Unchecked(_question("voicemail"), choices=_choices(SAID, _YES_NO))
    may_name_us = Unchecked(_question("may_name_us"), choices=_choices(SAID, _YES_NO))
    listeners = StringField(_question("listeners"), description=lazy("Leave this empty if nobody may."))

    def __init__(self, typed: Mapping[str, Any] | None = None) -> None:
        super().__init__({"ways": [Reach.BACK.value]} | dict(typed or {}))
        hours = [("", "—"), *((str(hour), f"{hour:02}:00") for hour in _HOURS)]
        self.from_hour.choices, self.until_hour.choices = options(hours[:-1]), options([hours[0], *hours[2:]])


class SafetyForm(SafeForm):
    danger = Unchecked(_question("danger"), choices=_choices(SAID))
    called = StringField(_question("called"))


class HelpForm(StepForm):
    helps = Chosen(_question("helps"))

    def __init__(self, typed: Mapping[str, Any] | None = None, *, has_officer: bool = False) -> None:
        super().__init__(typed)
        self.helps.choices = _choices(HELPS, [each for each in Help if has_officer or each is not Help.OFFICER])


class TimeForm(StepForm):
    slot = Unchecked(_question("slot"))

    def __init__(self, typed: Mapping[str, Any] | None = None, *, times: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__({"slot": ""} | dict(typed or {}))
        self.slot.choices = options([*times, ("", lazy("No time now"))])


class MoreForm(StepForm):
    language = SelectField(_question("language"), validate_choice=False)
    interpreter = Unchecked(_question("interpreter"), choices=_choices(SAID, (Said.YES, Said.NO, Said.UNKNOWN)))
    interpreter_sex = Unchecked(_question("interpreter_sex"), choices=_choices(SEXES))
    children = Unchecked(_question("children"), choices=_choices(SAID, (Said.YES, Said.NO, Said.UNSAID)))
    disability = Unchecked(_question("disability"), choices=_choices(SAID, (Said.YES, Said.NO, Said.UNSAID)))
    care = StringField(_question("care"))

    def __init__(self, typed: Mapping[str, Any] | None = None, *, language: str = "") -> None:
        super().__init__({"language": language} | {name: value for name, value in (typed or {}).items() if value})
        self.language.choices = options([(each.tag, each.endonym) for each in LANGUAGES])


class CheckForm(StepForm):
    """Nothing is asked any more."""


class CodeForm(Form):
    """Sixteen digits. Before they are right there is no visit, and so no cookie that could hold a token."""

    class Meta(Form.Meta):
        csrf = False

    code = StringField(lazy("Your 16 digits"))


class MessageForm(Form):
    """A message on the way back. `key` makes it one, however often it is sent."""

    key = HiddenField()
    text = TextAreaField(lazy("Write to us"))
    files = MultipleFileField(lazy("Pictures, sound or documents"))


class OfferForm(Form):
    """The time that was offered, or another one."""

    slot = Unchecked(lazy("Choose a time"))

    def __init__(self, times: Sequence[tuple[str, str]] = (), chosen: str = "") -> None:
        super().__init__(data={"slot": chosen})
        self.slot.choices = options(times)


class SureForm(Form):
    """A second look before everything is deleted."""

    sure = BooleanField(lazy("Yes, delete everything I sent"))


FORMS: Mapping[Step, type[StepForm]] = {
    Step.NEED: NeedForm,
    Step.STORY: StoryForm,
    Step.SAFETY: SafetyForm,
    Step.HELP: HelpForm,
    Step.TIME: TimeForm,
    Step.MORE: MoreForm,
    Step.CHECK: CheckForm,
}
