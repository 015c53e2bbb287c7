"""A file as an answer: always something to save, never something to show or to run in our pages."""

from urllib.parse import quote

from flask import Response

from helpdesk.files.service import Reading

_POLICY = "sandbox; default-src 'none'"
_BINARY = "application/octet-stream"


def as_attachment(reading: Reading) -> Response:
    """What was read, to be saved under its name; a picture by its kind, all else as mere bytes."""
    is_picture = reading.media_type.startswith("image/") and reading.is_cleaned
    answer = Response(reading.content, content_type=reading.media_type if is_picture else _BINARY)
    answer.headers["Content-Disposition"] = f"attachment; filename=\"file\"; filename*=UTF-8''{quote(reading.name)}"
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer
