"""Settings: read once from the environment, checked by name, never changed."""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "HELPDESK_"
KEY_BYTES = 32
SHORTEST_SECRET = 32
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})*")
_API_KEY = re.compile(r"SK[0-9a-fA-F]{32}")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?")


class SettingsError(Exception):
    """One or more settings are missing or malformed; `problems` are sentences that name them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """All that can be set from outside. Every field is documented in `.env.example`."""

    database_url: str
    secret_key: str = field(repr=False)
    sealing_keys: tuple[bytes, ...] = field(repr=False)
    pepper: bytes = field(repr=False)
    public_url: str
    twilio_account_sid: str
    twilio_auth_tokens: tuple[str, ...] = field(repr=False)
    twilio_shared_keys: tuple[tuple[str, str], ...] = field(repr=False)
    twilio_region: str
    twilio_edge: str
    twilio_api_host: str
    twilio_api_key: str
    twilio_api_secret: str = field(repr=False)
    neutral_url: str
    neutral_urls: tuple[tuple[str, str], ...]
    demo: bool
    demo_password: str = field(repr=False)
    spool_dir: Path
    smtp_url: str = field(repr=False)
    mail_from: str
    neutral_mail_from: str
    neutral_number: str

    @property
    def secure(self) -> bool:
        """True where browsers and the provider reach us by TLS."""
        return self.public_url.startswith("https://")

    def neutral_in(self, tag: str) -> str:
        """Where a quick exit leads from a page in this language."""
        return dict(self.neutral_urls).get(tag, self.neutral_url)

    @property
    def rings_browsers(self) -> bool:
        """True where a browser can be somebody's telephone."""
        return bool(self.twilio_api_key and self.twilio_api_secret)


class _Reader:
    """Reads names from the environment and remembers what was wrong with each."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.problems: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        value = self.environment.get(PREFIX + name, "").strip()
        if not value and default is None:
            self.problems.append(f"{PREFIX}{name} is missing.")
        return value or default or ""

    def secret(self, name: str) -> str:
        value = self.text(name)
        if value and len(value) < SHORTEST_SECRET:
            self.problems.append(f"{PREFIX}{name} is too short: it needs at least {SHORTEST_SECRET} characters.")
        return value

    def keys(self, name: str) -> tuple[bytes, ...]:
        return tuple(self._key(name, part.strip()) for part in self.text(name).split(",") if part.strip())

    def _key(self, name: str, text: str) -> bytes:
        try:
            key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            self.problems.append(
                f"{PREFIX}{name} must hold keys of {KEY_BYTES} bytes in URL-safe base64, comma separated."
            )
        return key

    def url(self, name: str, default: str | None = None) -> str:
        value = self.text(name, default)
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.netloc):
            self.problems.append(
                f"{PREFIX}{name} must be an address with scheme and host, such as https://example.org."
            )
        return value.rstrip("/")

    def mail_server(self, name: str) -> str:
        """The address of a mail server, or nothing where no mail is sent."""
        value = self.text(name, "")
        if value and not _is_mail_server(value):
            self.problems.append(
                f"{PREFIX}{name} must be smtp://host:587 or smtps://host, with user:password@ before the host if it needs them."
            )
        return value

    def flag(self, name: str) -> bool:
        value = self.text(name, "0")
        if value not in {"0", "1"}:
            self.problems.append(f"{PREFIX}{name} must be 0 or 1.")
        return value == "1"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process, or SettingsError naming every setting that is wrong, all at once."""
    read = _Reader(os.environ if environment is None else environment)
    settings = Settings(
        database_url=_database_url(read),
        secret_key=read.secret("SECRET_KEY"),
        sealing_keys=read.keys("SEALING_KEYS"),
        pepper=read.secret("PEPPER").encode(),
        public_url=read.url("PUBLIC_URL"),
        twilio_account_sid=read.text("TWILIO_ACCOUNT_SID", "-"),
        twilio_auth_tokens=_tokens(read),
        twilio_shared_keys=_shared_keys(read),
        twilio_region=read.text("TWILIO_REGION", "-"),
        twilio_edge=read.text("TWILIO_EDGE", "-"),
        twilio_api_host=read.text("TWILIO_API_HOST", "-"),
        twilio_api_key=read.text("TWILIO_API_KEY", ""),
        twilio_api_secret=read.text("TWILIO_API_SECRET", ""),
        neutral_url=read.url("NEUTRAL_URL", "https://pl.wikipedia.org"),
        neutral_urls=_neutral_urls(read),
        demo=read.flag("DEMO"),
        demo_password=read.text("DEMO_PASSWORD", "-"),
        spool_dir=Path(read.text("SPOOL_DIR", "instance/spool")),
        smtp_url=read.mail_server("SMTP_URL"),
        mail_from=read.text("MAIL_FROM", ""),
        neutral_mail_from=read.text("NEUTRAL_MAIL_FROM", ""),
        neutral_number=read.text("NEUTRAL_NUMBER", ""),
    )
    _check_together(read, settings)
    if read.problems:
        raise SettingsError(read.problems)
    return settings


def _database_url(read: _Reader) -> str:
    value = read.text("DATABASE_URL")
    if value and not value.startswith(("postgresql://", "postgresql+psycopg://", "embedded:")):
        read.problems.append(f"{PREFIX}DATABASE_URL must begin with postgresql:// (or embedded: for a private server).")
    return value.replace("postgresql://", "postgresql+psycopg://", 1)


def _is_mail_server(value: str) -> bool:
    parts = urlsplit(value)
    try:
        return parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number, or there is no such one
        return False


def _is_neutral(url: str, own: str) -> bool:
    """Whether a page is elsewhere and says nothing of where the reader came from (EX9)."""
    parts = urlsplit(url)
    return (
        parts.scheme == "https" and not parts.query and not parts.fragment and parts.hostname != urlsplit(own).hostname
    )


def _neutral_urls(read: _Reader) -> tuple[tuple[str, str], ...]:
    """Pairs of a language and the page to which a quick exit leads there."""
    texts = [part.strip() for part in read.text("NEUTRAL_URLS", "").split(",") if part.strip()]
    pairs = [text.partition("=") for text in texts]
    if any(not (_TAG.fullmatch(tag.strip()) and url.strip()) for tag, _, url in pairs):
        read.problems.append(f"{PREFIX}NEUTRAL_URLS must hold pairs such as uk=https://example.org, comma separated.")
    return tuple((tag.strip(), url.strip().rstrip("/")) for tag, _, url in pairs)


def _tokens(read: _Reader) -> tuple[str, ...]:
    tokens = tuple(
        part.strip() for part in read.text("TWILIO_AUTH_TOKENS", "-").split(",") if part.strip() not in {"", "-"}
    )
    if len(tokens) > 2:  # noqa: PLR2004  during a rotation there is an old and a new one
        read.problems.append(f"{PREFIX}TWILIO_AUTH_TOKENS holds one token, or two while they are being changed.")
    return tokens


def _shared_keys(read: _Reader) -> tuple[tuple[str, str], ...]:
    """Pairs of a name and a secret, which may hold further equals signs."""
    texts = [part.strip() for part in read.text("TWILIO_SHARED_KEYS", "-").split(",")]
    pairs = [text.partition("=") for text in texts if text not in {"", "-"}]
    names = {name for name, _, secret in pairs if name and secret}
    if len(names) != len(pairs):
        read.problems.append(f"{PREFIX}TWILIO_SHARED_KEYS must hold pairs such as name=secret, comma separated.")
    return tuple((name, secret) for name, _, secret in pairs)


def _check_together(read: _Reader, settings: Settings) -> None:
    if settings.demo and settings.demo_password == "-":  # noqa: S105  the sign of absence
        read.problems.append(f"{PREFIX}DEMO_PASSWORD is missing: a demonstration needs it for its accounts.")
    _check_neutral(read, settings)
    if (settings.twilio_region == "-") != (settings.twilio_edge == "-"):
        read.problems.append(
            f"{PREFIX}TWILIO_REGION and {PREFIX}TWILIO_EDGE belong together: without the edge, calls leave the region.",
        )
    if settings.twilio_api_host != "-" and (
        settings.twilio_region != "-" or not _HOST.fullmatch(settings.twilio_api_host)
    ):
        read.problems.append(
            f"{PREFIX}TWILIO_API_HOST is the name of a host of your own, without a region: only the provider has regions."
        )
    _check_browser_telephone(read, settings)
    if settings.smtp_url and "@" not in settings.mail_from:
        read.problems.append(f"{PREFIX}MAIL_FROM is missing: a mail needs the address from which it comes.")
    if settings.neutral_mail_from and "@" not in settings.neutral_mail_from:
        read.problems.append(f"{PREFIX}NEUTRAL_MAIL_FROM must be a mail address.")
    if settings.neutral_number and not _NUMBER.fullmatch(settings.neutral_number):
        read.problems.append(f"{PREFIX}NEUTRAL_NUMBER must be a telephone number such as +48221234567.")


def _check_neutral(read: _Reader, settings: Settings) -> None:
    pages = [("NEUTRAL_URL", settings.neutral_url)] + [("NEUTRAL_URLS", url) for _, url in settings.neutral_urls]
    for name in {name for name, url in pages if url and not _is_neutral(url, settings.public_url)}:
        read.problems.append(
            f"{PREFIX}{name} must be an https address of another site, without a question mark: quick exit goes there."
        )


def _check_browser_telephone(read: _Reader, settings: Settings) -> None:
    """A browser becomes a telephone only with a key, its secret, and the account to which both belong."""
    if bool(settings.twilio_api_key) != bool(settings.twilio_api_secret):
        missing = "TWILIO_API_SECRET" if settings.twilio_api_key else "TWILIO_API_KEY"
        read.problems.append(f"{PREFIX}{missing} is missing: a browser rings only with a key and its secret.")
    if settings.twilio_api_key and not _API_KEY.fullmatch(settings.twilio_api_key):
        read.problems.append(f"{PREFIX}TWILIO_API_KEY must be the identifier of a key, SK and 32 hexadecimal digits.")
    if settings.rings_browsers and settings.twilio_account_sid == "-":
        read.problems.append(f"{PREFIX}TWILIO_ACCOUNT_SID is missing: a browser rings only for an account.")
    if settings.rings_browsers and settings.twilio_api_host != "-":
        read.problems.append(
            f"{PREFIX}TWILIO_API_KEY and {PREFIX}TWILIO_API_HOST do not go together: a platform of your own rings no browser."
        )


def read_env_file(path: Path) -> dict[str, str]:
    """The `NAME=value` lines of a file such as `.env`; comments and blank lines are passed over."""
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#") and "=" in line)
    return {name.strip(): value.strip() for name, value in pairs}
