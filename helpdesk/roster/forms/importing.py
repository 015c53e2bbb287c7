"""The form by which a coordinator brings a plan from a spreadsheet."""

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import TextAreaField

from helpdesk.kernel.errors import Refusal
from helpdesk.roster.rules.importing import decode
from helpdesk.web.forms import Form
from helpdesk.web.i18n import _, lazy


class ImportForm(Form):
    """A table of duties: a file, or its text, which can be corrected on the page."""

    file = FileField(lazy("Table as a CSV file"), description=lazy("Saved by a spreadsheet as CSV."))
    text = TextAreaField(lazy("Text of the table"))

    @property
    def has_file(self) -> bool:
        return isinstance(self.file.data, FileStorage) and bool(self.file.data.filename)

    def table(self) -> str | None:
        """The text that was sent; None, and the sentence beside its field, where there is none."""
        if self.has_file:
            return self._of_file(self.file.data.read())
        if not (self.text.data or "").strip():
            self.file.errors = [_("Choose a file.")]
            return None
        return str(self.text.data)

    def _of_file(self, content: bytes) -> str | None:
        try:
            return decode(content)
        except Refusal as refusal:
            self.refuse(refusal)
            return None
