from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf

from helpdesk.kernel.languages import LANGUAGES
from helpdesk.texts.labels import VERDICTS
from helpdesk.texts.rules import LONGEST_NAME, LONGEST_TEXT, Verdict
from helpdesk.web.fields import VersionedForm
from helpdesk.web.forms import Form, at_most, given, options
from helpdesk.web.i18n import lazy


class TemplateForm(VersionedForm):
    name = StringField(lazy("Name of the template"), [given(), at_most(LONGEST_NAME)])
    language = SelectField(lazy("Language"))
    text = TextAreaField(lazy("Text"), [given(), at_most(LONGEST_TEXT)])

    def __init__(self, **data: object) -> None:
        super().__init__(data=data)
        self.language.choices = options([(each.tag, each.endonym) for each in LANGUAGES])


class ReviewForm(Form):
    """`digest`: of the words that the reviewer saw; if they changed meanwhile, nothing is said of the new ones."""

    key = HiddenField()
    digest = HiddenField()
    verdict = RadioField(
        lazy("Is this good in your language?"),
        [AnyOf([each.value for each in Verdict], lazy("Choose one."))],
        validate_choice=False,  # the library says it in English
    )
    remark = StringField(lazy("What would you say instead?"), [at_most(500)])

    def __init__(self, **data: object) -> None:
        super().__init__(data=data)
        self.verdict.choices = options([(each.value, words) for each, words in VERDICTS.items()])
