"""Style and scripts. Their address carries a fingerprint of them all, so a browser keeps them for a year and asks anew after a change.

The fingerprint is a folder in the address, so that scripts which name each other by their place are asked for under it as well.
"""

import hashlib
import re
from pathlib import Path

from flask import Flask, Response

ENDPOINT = "static"
ONE_YEAR = 365 * 24 * 60 * 60
_VERSIONED = re.compile(r"(?P<version>v[0-9a-f]{12})/(?P<filename>.+)")


def fingerprint(folder: Path) -> str:
    """One for all files, such as v0123456789ab."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return f"v{found.hexdigest()[:12]}"


def init_app(app: Flask) -> None:
    version = fingerprint(Path(str(app.static_folder)))

    @app.url_defaults
    def name_version(endpoint: str, values: dict[str, str]) -> None:
        if endpoint == ENDPOINT:
            values["filename"] = f"{version}/{values['filename']}"

    def asset(filename: str) -> Response:
        """The file of today. Under the address of another day, as after an update, it is not kept."""
        asked = _VERSIONED.fullmatch(filename)
        answer = app.send_static_file(asked["filename"] if asked else filename)
        if asked and asked["version"] == version:
            answer.cache_control.no_cache = None
            answer.cache_control.public = True
            answer.cache_control.immutable = True
            answer.cache_control.max_age = ONE_YEAR
        return answer

    app.view_functions[ENDPOINT] = asset
