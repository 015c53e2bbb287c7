"""What leaves the house of a template: its words and marks, and not the blanks that make it readable for us."""

import pytest
from flask import Flask, render_template
from jinja2 import DictLoader, Environment

from helpdesk.web.indentation import Unindented

TYPED = "Wróciłam:\n    w nocy,\n\n        sama."


def rendered(source: str, name: str = "page.html", **values: object) -> str:
    made = Environment(loader=DictLoader({name: source}), extensions=[Unindented], autoescape=True)
    return made.get_template(name).render(**values)


@pytest.mark.parametrize(
    ("source", "goes_out"),
    [
        ("<ul>\n    <li>a</li>\n\n    <li>b</li>\n</ul>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ('<a href="/"\n   lang="pl">a</a>  \r\n\t <b>b</b>', '<a href="/"\nlang="pl">a</a>\n<b>b</b>'),
        ("<b>a</b>  <b>b</b>", "<b>a</b>  <b>b</b>"),  # no end of a line, so no indentation
        ("<b>a</b>\n    {{ words }}\n    <b>b</b>", "<b>a</b>\nw\n<b>b</b>"),
        ("10\n    \N{NO-BREAK SPACE}zł", "10\n\N{NO-BREAK SPACE}zł"),
        ("{% if words %}\n    <b>\n        {%- if words %}w{% endif -%}\n    </b>\n{% endif %}", "\n<b>w</b>\n"),
    ],
)
def test_an_indentation_becomes_the_end_of_a_line_and_never_nothing(source: str, goes_out: str) -> None:
    assert rendered(source, words="w") == goes_out


@pytest.mark.parametrize("element", ["pre", "textarea", "PRE"])
def test_where_every_blank_counts_the_blanks_of_the_template_stay(element: str) -> None:
    source = f"<p>\n    <{element} {{{{ words }}}}>\n    a\n\n        {{{{ words }}}}\n    b</{element}>\n    </p>"
    kept = f"<{element} w>\n    a\n\n        w\n    b</{element}>"
    assert rendered(source, words="w") == f"<p>\n{kept}\n</p>"


def test_only_templates_of_pages_are_changed() -> None:
    assert (
        rendered("Dzień dobry,\n\n    {{ words }}", name="letter.txt", words="do jutra")
        == "Dzień dobry,\n\n    do jutra"
    )


@pytest.mark.parametrize("around", ["<textarea>{{ text }}</textarea>", '<p class="written">\n    {{ text }}\n</p>'])
def test_what_somebody_typed_goes_out_as_it_was_typed(around: str) -> None:
    assert TYPED in rendered(around, text=TYPED)


def test_the_pages_of_the_office_go_out_without_indentation(app: Flask) -> None:
    with app.test_request_context("/desk/login"):
        page = render_template("error.html", title="Zamknięte", sentence=TYPED)
    assert TYPED in page
    assert not [line for line in page.replace(TYPED, "").splitlines() if line.startswith((" ", "\t"))]


def test_a_fault_in_a_template_is_still_named_by_its_line() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        rendered("<p>\n    a\n\n    <b>\n    {{ 1 // 0 }}</b>\n</p>")
    assert caught.traceback[-1].lineno + 1 == 5


def test_every_template_compiles(app: Flask) -> None:
    names = app.jinja_env.list_templates(extensions=["html"])
    assert "consultations/sheet.html" in names
    for name in names:
        app.jinja_env.get_template(name)
