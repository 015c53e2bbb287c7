import re
from pathlib import Path

from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

from helpdesk.web.assets import fingerprint


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return url_for("static", filename=name)


def got(client: FlaskClient, url: str, **headers: str) -> Response:
    """The answer, with its file read and closed."""
    with client.get(url, headers=headers) as answer:
        answer.get_data()
        return answer


def test_a_file_is_kept_for_a_year_under_the_address_of_its_version(app: Flask, client: FlaskClient) -> None:
    url = address(app, "app.css")
    assert re.fullmatch(r"/static/v[0-9a-f]{12}/app\.css", url)
    answer = got(client, url)
    assert answer.status_code == 200
    assert answer.cache_control.max_age == 31536000
    assert answer.cache_control.immutable
    assert not answer.cache_control.no_cache


def test_scripts_name_each_other_by_their_place_and_so_under_the_same_version(app: Flask, client: FlaskClient) -> None:
    url = address(app, "js/keys.js")
    assert './words.js"' in got(client, url).get_data(as_text=True)
    assert got(client, url.replace("keys", "words")).cache_control.immutable


def test_under_the_address_of_another_day_the_file_of_today_is_not_kept(client: FlaskClient) -> None:
    for url in ("/static/v0123456789ab/app.css", "/static/app.css"):
        answer = got(client, url)
        assert answer.status_code == 200
        assert answer.cache_control.no_cache
        assert answer.cache_control.max_age is None
        assert got(client, url, **{"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_nothing_outside_the_folder_is_given(client: FlaskClient) -> None:
    for url in ("/static/v0123456789ab/../app.py", "/static/v0123456789ab/nothing.css", "/static/..%2fassets.py"):
        assert got(client, url).status_code == 404


def test_a_changed_file_changes_the_version(tmp_path: Path) -> None:
    (tmp_path / "app.css").write_text("a{}")
    before = fingerprint(tmp_path)
    (tmp_path / "app.css").write_text("b{}")
    assert fingerprint(tmp_path) != before
