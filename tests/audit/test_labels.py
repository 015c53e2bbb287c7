from flask import Flask

from helpdesk.audit.labels import TAGS
from helpdesk.audit.rules import Tag


def test_every_act_has_words(app: Flask) -> None:
    with app.test_request_context("/desk/"):
        assert set(TAGS) == set(Tag)
        assert all(str(text) for text in TAGS.values())
