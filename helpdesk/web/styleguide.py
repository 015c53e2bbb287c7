"""The style page: every component in both writing directions. Served in the demo only."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import render_template
from wtforms import (
    BooleanField,
    DateField,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)


@dataclass(frozen=True)
class Sample:
    """Words of one language, as long and as accented as real ones."""

    direction: str
    language: str
    heading: str
    sentence: str
    person: str
    question: str
    answers: tuple[str, ...]
    error: str
    hint: str
    act: str
    state: str
    columns: tuple[str, ...]


SAMPLES = (
    Sample(
        direction="ltr",
        language="pl",
        heading="Porada dla osoby doznającej przemocy",
        sentence="Czy może Pani teraz bezpiecznie rozmawiać? Jeśli nie, proszę powiedzieć tylko „tak” albo „nie”.",
        person="Żaneta Świętosława Łączyńska-Źródlana",
        question="Czy grozi teraz niebezpieczeństwo?",
        answers=("tak, dzwonię pod 112", "nie", "nie wiem"),
        error="Wybierz, czy grozi teraz niebezpieczeństwo.",
        hint="Pytamy o to zawsze na początku.",
        act="Zamknij kontakt",
        state="wymaga działania",
        columns=("Godzina", "Osoba", "Telefon", "Stan", "Wykonanie"),
    ),
    Sample(
        direction="rtl",
        language="ar",
        heading="استشارة لشخص يتعرض للعنف",
        sentence="هل تستطيعين التحدث الآن بأمان؟ إن لم يكن ذلك ممكناً فقولي فقط «نعم» أو «لا».",
        person="ليلى عبد الرحمن",
        question="هل هناك خطر الآن؟",
        answers=("نعم، أتصل بالرقم 112", "لا", "لا أعرف"),
        error="اختر ما إذا كان هناك خطر الآن.",
        hint="نسأل عن هذا دائماً في البداية.",
        act="إغلاق الاتصال",
        state="يحتاج إلى متابعة",
        columns=("الساعة", "الشخص", "الهاتف", "الحالة", "التنفيذ"),
    ),
)


class StyleForm(Form):
    """One field of each kind; labels and choices come from the sample."""

    text = StringField()
    secret = PasswordField()
    search = StringField()
    search_code = HiddenField()
    many = StringField()
    note = TextAreaField()
    chosen = SelectField()
    one = RadioField()
    several = SelectMultipleField()
    agreed = BooleanField()
    day = DateField()
    boxes = DateField()

    def fill(self, sample: Sample) -> None:
        for field in self:
            field.label.text = sample.question
        self.text.data = sample.person
        self.note.data = sample.sentence
        choices = [(str(number), word) for number, word in enumerate(sample.answers, start=1)]
        self.chosen.choices = self.one.choices = self.several.choices = choices
        self.one.data, self.several.data = "2", ["1", "3"]
        self.agreed.data = True
        self.agreed.label.text = sample.sentence
        self.secret.errors = self.boxes.errors = self.several.errors = (sample.error,)


def view() -> str:
    """The page. Each half has a form of its own, so that no id occurs twice."""
    samples = []
    for sample in SAMPLES:
        form = StyleForm(prefix=f"{sample.language}-")
        form.fill(sample)
        samples.append((sample, form))
    return render_template("style.html", samples=samples, now=datetime(2026, 11, 23, 17, 12, tzinfo=UTC))
