"""A server between ours and PostgreSQL, which answers late, or not at all, as long as it is told to."""

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url

_SOCKET = ".s.PGSQL."


class Between:
    """`late`: so many seconds pass before anything that is asked goes on to the server. `is_open`: whether the server is there at all."""

    def __init__(self, server: Path, own: Path) -> None:
        self.server, self.own = server, own
        self.late, self.is_open = 0.0, True
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        self._ready.wait()

    def stop(self) -> None:
        """From now on nobody answers, and whoever waits for an answer is cut off."""
        self.is_open = False
        for each in list(self._open):
            self._loop.call_soon_threadsafe(each.close)

    def go_on(self) -> None:
        self.is_open = True

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.start_unix_server(self._accept, self.own))
        self._ready.set()
        self._loop.run_forever()

    async def _accept(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if not self.is_open:
            to_client.close()
            return
        server, to_server = await asyncio.open_unix_connection(str(self.server))
        self._open |= {to_client, to_server}
        await asyncio.gather(self._pass(client, to_server, asks=True), self._pass(server, to_client, asks=False))
        self._open -= {to_client, to_server}

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, asks: bool) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if asks and self.late:
                    await asyncio.sleep(self.late)
                target.write(data)
                await target.drain()
        target.close()


@contextmanager
def between(database_url: str) -> Iterator[tuple[Between, str]]:
    """It, and the address at which the same database is reached through it."""
    url = make_url(database_url)
    home = Path(tempfile.mkdtemp(prefix="helpdesk-between-"))
    name = f"{_SOCKET}{url.query['port']}"
    made = Between(Path(str(url.query["host"])) / name, home / name)
    through = url.update_query_dict({"host": str(home)}).render_as_string(hide_password=False)
    try:
        yield made, through
    finally:
        made.end()
        shutil.rmtree(home, ignore_errors=True)
