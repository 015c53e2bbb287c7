"""A PostgreSQL that is killed as a failing machine would kill it, and how to find out that somebody waits in it."""

import os
import signal
from pathlib import Path

from sqlalchemy import Connection, text

from helpdesk.db.embedded import Cluster
from tests.journeys.office import eventually

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid <> pg_backend_pid()")


def kill(cluster: Cluster) -> None:
    """The server and all that it started, at once; then wait until they are gone."""
    processes = _processes(cluster)
    for process in processes:
        os.kill(process, signal.SIGKILL)
    eventually(lambda: not any(_is_known(process) for process in processes), what="the database is gone")
    (cluster.data / "postmaster.pid").unlink()


def somebody_waits(watch: Connection) -> bool:
    """Whether a statement stands in the middle of its transaction because of a lock that we hold."""
    return bool(watch.scalar(_WAITING))


def _processes(cluster: Cluster) -> list[int]:
    main = int((cluster.data / "postmaster.pid").read_text().splitlines()[0])
    found = [main]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == main:
            found.append(int(folder.name))
    return found


def _is_known(process: int) -> bool:
    """Whether the number still belongs to it, dead or alive; as long as it does, the next server takes it for a living one."""
    return (Path("/proc") / str(process)).exists()
