from collections.abc import Mapping

from flask_wtf.file import FileField
from wtforms import DateField, Field, HiddenField, StringField, TextAreaField

from helpdesk.indicators.rules.entering import Entry, Line, read_entered
from helpdesk.indicators.rules.lines import group_name
from helpdesk.indicators.rules.progress import Aggregation
from helpdesk.indicators.rules.values import Value
from helpdesk.kernel.errors import Refusal
from helpdesk.web.forms import Form, at_most, may_be_empty
from helpdesk.web.i18n import _, lazy

# The table of 2023 has 31 kilobytes; what is checked travels back with the page, and a form may hold half a megabyte.
MOST_BYTES = 400_000


class DayField(DateField):
    """A day whose message comes from our catalogues."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write the day as in the example: 2023-10-05.")) from None


class ImportForm(Form):
    """A table as a file; once it was checked its text travels with the page."""

    file = FileField(lazy("The table as text, cells divided by tabs"))
    text = HiddenField()


class EntryForm(Form):
    """What is entered by hand; the numbers are added for each indicator, see `entry_form`."""

    done_on = DayField(lazy("Done last on"), validators=[may_be_empty()])
    as_of = DayField(lazy("Holds up to and including"), validators=[may_be_empty()])
    note = StringField(lazy("Who the others were"), validators=[at_most(300)])
    evidence = TextAreaField(lazy("Evidence"), validators=[at_most(500)])

    line: Line
    names: Mapping[str, str]

    @property
    def numbers(self) -> list[Field]:
        """The fields of the indicator and its groups."""
        return [self[name] for name in self.names]

    def entry(self) -> Entry | None:
        """What was typed; None, with the sentences beside their fields, where something is no number."""
        values: dict[str, Value] = {}
        for name, key in self.names.items():
            try:
                values[key] = read_entered(self[name].data or "", name)
            except Refusal as refusal:
                self.refuse(refusal)
        if self.errors:
            return None
        note, evidence = self.note.data or "", self.evidence.data or ""
        return Entry(values, self.as_of.data, evidence, done_on=self.done_on.data, note=note)


class TakeBackForm(Form):
    """Why an entry does not hold."""

    reason = StringField(lazy("Why does it not hold?"), validators=[at_most(500)])


def entry_form(line: Line, shown: Mapping[str, str]) -> EntryForm:
    """The form of one indicator: one number, or one for it and one for each of its groups."""
    names = _names(line)
    fields = {
        name: StringField(_label(line, key), default=shown.get(key, ""), validators=[at_most(20)])
        for name, key in names.items()
    }
    form: EntryForm = type("EntryFormOfLine", (EntryForm,), fields)()
    form.line, form.names = line, names
    if line.aggregation is Aggregation.CONTINUOUS:
        form.done_on.label.text = _("Last update")
    return form


def _names(line: Line) -> dict[str, str]:
    if line.aggregation is Aggregation.CONTINUOUS:
        return {}
    return {"value": line.key} | {f"part-{place}": key for place, key in enumerate(line.parts, start=1)}


def _label(line: Line, key: str) -> str:
    if key == line.key:
        return _("Number in %(year)s so far", year=line.year)
    return group_name(line.lines[key].name)
