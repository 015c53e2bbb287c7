"""Headers that make the browser keep our promises: nothing from elsewhere, no referrer, nothing kept on a shared machine."""

from flask import Flask, Response, request

from helpdesk.config import Settings
from helpdesk.web.sessions import face_of

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src {connect}; "
    "media-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
POLICY = _POLICY.format(connect="'self'")
_PERMISSIONS = "camera=(), geolocation=(), microphone=({microphone}), payment=(), usb=(), browsing-topics=()"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _PERMISSIONS.format(microphone=""),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
ONE_YEAR = "max-age=31536000; includeSubDomains"
LARGEST_REQUEST = 1024 * 1024


def let_talk(response: Response, host: str) -> Response:
    """The one exception: a page on which somebody telephones may use the microphone and reach this host, which carries the talk."""
    response.headers["Content-Security-Policy"] = _POLICY.format(connect=f"'self' {host}")
    response.headers["Permissions-Policy"] = _PERMISSIONS.format(microphone="self")
    return response


def init_app(app: Flask, settings: Settings) -> None:
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_REQUEST

    @app.after_request
    def harden(response: Response) -> Response:
        # Not by `setdefault`, which raises and catches an error for each name that is not there.
        given = {name.lower() for name in response.headers.keys()}  # noqa: SIM118  iterating would give pairs
        response.headers.extend((name, value) for name, value in HEADERS.items() if name.lower() not in given)
        if settings.secure:
            response.headers["Strict-Transport-Security"] = ONE_YEAR
        # A calendar asks again with the tag of what it has, so it may keep that for itself; what callers are played, anybody may
        # keep. They say so by their own header.
        kept = response.cache_control
        if face_of(request.path) != "static" and not (kept.private or kept.public):
            response.headers["Cache-Control"] = "no-store"
        return response
