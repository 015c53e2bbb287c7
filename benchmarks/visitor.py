"""Somebody of the invented office who has signed in and asks for pages."""

from flask.testing import FlaskClient

from benchmarks.ground import PASSWORD, Ground


def visitor(ground: Ground, login: str) -> FlaskClient:
    """A browser in which this person has signed in through the page."""
    client = ground.app.test_client()
    page = client.get("/desk/login")
    token = page.text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    answer = client.post("/desk/login", data={"login": login, "password": PASSWORD, "csrf_token": token})
    if answer.status_code != 302:  # noqa: PLR2004  the way to the first page
        raise SystemExit(f"{login} cannot sign in: {answer.status_code}")
    return client


def page(client: FlaskClient, address: str) -> bytes:
    """The body of a page, which must be there."""
    answer = client.get(address)
    if answer.status_code != 200:  # noqa: PLR2004  anything else is not the page
        raise SystemExit(f"{address} answered {answer.status_code}")
    body: bytes = answer.data
    return body
