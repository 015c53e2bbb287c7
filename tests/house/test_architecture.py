"""What holds for every file of the house."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from flask import Flask
from jinja2 import nodes

from helpdesk.app import LABELS
from helpdesk.audit.labels import TAGS
from helpdesk.audit.rules import Tag
from helpdesk.config import PREFIX, SettingsError, read_settings
from helpdesk.kernel.permissions import ROLE_PERMISSIONS, Role

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "helpdesk"
DOMAINS = (
    "accounts",
    "activities",
    "appointments",
    "audit",
    "consultations",
    "desks",
    "directory",
    "files",
    "indicators",
    "intake",
    "outreach",
    "premises",
    "roster",
    "telephony",
    "texts",
)
ROOMS = {
    "views",
    "webhooks",
    "forms",
    "labels",
    "service",
    "sources",
    "counts",
    "queries",
    "models",
    "rules",
    "__init__",
}
# The provider's two files, its simulator, the spool and its deadline belong to telephony; the files of a table to the indicators.
# A file as an answer belongs to the files. What goes out by mail belongs to whoever has something to say; how, to the accounts.
OWN_ROOMS = {
    "accounts": {"gateway"},
    "audit": {"exports"},
    "consultations": {"exports"},
    "files": {"answers"},
    "indicators": {"exports"},
    "roster": {"exports", "feeds", "mails"},
    "telephony": {
        "arrival",
        "deadline",
        "gateway",
        "outgoing",
        "provider",
        "simulator",
        "sounds",
        "spool",
        "texts",
        "twiml",
    },
}
FRAMES = {"base.html", "staff.html", "plain.html", "public.html"}
SOURCES = sorted(path for path in PACKAGE.rglob("*.py"))
TEMPLATES = sorted(path for path in PACKAGE.rglob("templates/**/*.html"))


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_has_the_known_rooms_only(domain: str) -> None:
    found = {
        path.stem for path in (PACKAGE / domain).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert found <= ROOMS | OWN_ROOMS.get(domain, set())


def test_no_file_is_a_drawer() -> None:
    assert not {path for path in SOURCES if path.stem in {"utils", "util", "helpers", "common", "misc"}}


def test_only_the_transaction_and_the_worker_commit() -> None:
    # Before digits are looked at and before a wrong answer is waited for, the connection is given back.
    allowed = {"web/transaction.py", "telephony/deadline.py", "intake/views/public/way_back.py"}
    guilty = {str(path.relative_to(PACKAGE)) for path in SOURCES if ".commit()" in path.read_text(encoding="utf-8")}
    assert guilty <= allowed


def test_nobody_reads_across_the_wall_but_for_a_reason_of_the_list() -> None:
    readers = {
        str(path.relative_to(PACKAGE)) for path in SOURCES if re.search(r"\bacross\(", path.read_text(encoding="utf-8"))
    }
    allowed = {
        "activities/queries.py",
        "appointments/counts.py",
        "consultations/counts.py",
        "db/reseal.py",
        "db/wall.py",
        "desks/queries.py",
        "intake/queries.py",
        "premises/queries.py",
        "roster/queries/feeds.py",
        "roster/queries/present.py",
    }
    assert {path for path in readers if not path.startswith("telephony/")} <= allowed


def test_a_select_has_a_name_in_a_room_for_it() -> None:
    """No query in a view, none in a rule."""
    for path in SOURCES:
        if path.parent.name in {"views", "rules"} or path.stem in {"views", "webhooks", "forms", "labels", "rules"}:
            names = {
                node.id for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Name)
            }
            assert "select" not in names, path


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_page_extends_a_frame_and_has_a_title(app: Flask, path: Path) -> None:
    """A file with blocks is a page and extends one frame; a file without is a fragment or holds macros."""
    tree = app.jinja_env.parse(path.read_text(encoding="utf-8"))
    blocks = {block.name for block in tree.find_all(nodes.Block)}
    extends = list(tree.find_all(nodes.Extends))
    if not blocks or path.name == "base.html":
        assert not extends
        return
    assert len(extends) == 1
    frame = extends[0].template.value if isinstance(extends[0].template, nodes.Const) else "plain.html"
    assert "title" in blocks or frame not in FRAMES or path.name in FRAMES


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_carries_script_or_style(path: Path) -> None:
    text = re.sub(r"{{.*?}}|{%.*?%}|{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "|safe" not in path.read_text(encoding="utf-8")


def refusals() -> Iterator[StrEnum]:
    """Every code with which a domain refuses something."""
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [
            node.name
            for node in tree.body
            if isinstance(node, ast.ClassDef) and node.name.endswith("Refusal") and node.bases
        ]
        if names and path.name != "errors.py":
            module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
            for name in names:
                yield from getattr(module, name)


def test_every_refusal_has_a_sentence() -> None:
    tables = [each.LABELS for each in LABELS]
    silent = [
        repr(code)
        for code in refusals()
        if not any(code in table and type(code) in map(type, table) for table in tables)
    ]
    assert silent == []


def test_every_tag_of_the_audit_has_words() -> None:
    assert set(TAGS) == set(Tag)


def test_every_role_has_its_permissions() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)


def test_every_setting_is_documented() -> None:
    source = (PACKAGE / "config.py").read_text(encoding="utf-8")
    read = {PREFIX + name for name in re.findall(r"read\.\w+\(\"([A-Z_]+)\"", source)}
    documented = set(
        re.findall(r"^(HELPDESK_[A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert read == documented


def test_missing_settings_are_all_named_at_once() -> None:
    with pytest.raises(SettingsError) as error:
        read_settings({})
    for name in ("DATABASE_URL", "SECRET_KEY", "SEALING_KEYS", "PEPPER", "PUBLIC_URL"):
        assert PREFIX + name in str(error.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:///x"),
        ("SECRET_KEY", "short"),
        ("SEALING_KEYS", "bm90IDMyIGJ5dGVz"),
        ("SEALING_KEYS", "ąąą"),
        ("PEPPER", "short"),
        ("PUBLIC_URL", "helpdesk.example.org"),
        ("DEMO", "yes"),
        ("DEMO_PASSWORD", ""),
        ("TWILIO_REGION", "ie1"),
        ("TWILIO_AUTH_TOKENS", "a,b,c"),
        ("NEUTRAL_NUMBER", "none"),
        ("NEUTRAL_URL", "https://example.com/?from=us"),
        ("NEUTRAL_URLS", "https://example.com"),
        ("NEUTRAL_URLS", "uk="),
        ("NEUTRAL_URLS", "uk=http://example.com"),
        ("NEUTRAL_URLS", "uk=https://example.com,ar=https://helpdesk.example.org"),
        ("NEUTRAL_URLS", "uk=https://example.com/?from=us"),
        ("SMTP_URL", "mail.example.org:587"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://mail.example.org:many"),
        ("MAIL_FROM", "the office"),
    ],
)
def test_a_malformed_setting_is_named(name: str, value: str) -> None:
    good = {
        "DATABASE_URL": "postgresql://localhost/helpdesk",
        "SECRET_KEY": "s" * 32,
        "SEALING_KEYS": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "PEPPER": "p" * 32,
        "PUBLIC_URL": "https://helpdesk.example.org",
        "DEMO": "1",
        "DEMO_PASSWORD": "x",
        "SMTP_URL": "smtp://office:secret@mail.example.org:587",
        "MAIL_FROM": "office@example.org",
    }
    assert read_settings({PREFIX + key: text for key, text in good.items()}).demo
    with pytest.raises(SettingsError, match=PREFIX + name):
        read_settings({PREFIX + key: text for key, text in {**good, name: value}.items()})


def test_the_composed_office_is_whole() -> None:
    """What cannot be started here is at least read: every service, its command, and the settings it is given."""
    composed = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    services = composed["services"]
    assert set(services) == {"database", "migrate", "app", "worker", "caddy"}
    assert services["database"]["image"] == "postgres:18"
    assert services["app"]["command"][:2] == ["helpdesk", "serve"]
    assert services["worker"]["command"] == ["helpdesk", "worker"]
    assert "HELPDESK_DATABASE_URL" in services["app"]["environment"]
    assert set(composed["volumes"]) == {"database", "spool", "caddy"}


def test_the_locks_carry_hashes_and_no_address() -> None:
    for lock in ("run.txt", "dev.txt"):
        text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
        pinned = re.findall(r"^[a-z0-9][\w.\[\], -]*==", text, re.MULTILINE)
        assert len(pinned) == len(re.findall(r"==[^\n]*\\\n    --hash=sha256:", text))
        assert "://" not in text
    packages = (ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in packages
    assert '"integrity"' in packages
