"""A mail server on this machine: takes what it is handed, by the rules of RFC 5321 as far as a client needs them, and remembers it."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass
class PostOffice:
    """What came in, and how the server answers: `replies` maps the first word of a command to another answer than the usual one."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    greeted_by: set[str] = field(default_factory=set)
    replies: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    encrypted_letters: int = 0


class _Clerk(socketserver.StreamRequestHandler):
    office: PostOffice
    encrypted = False

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            word = line.decode().split()[0].upper()
            self.office.commands.append(word)
            if word in self.office.replies:
                self._say(self.office.replies[word])
            elif not self._answer(word, line.decode().strip()):
                return

    def _answer(self, word: str, line: str) -> bool:
        match word:
            case "EHLO":
                self.office.greeted_by.add(line.split()[1])
                offers = ["250-here", "250-AUTH PLAIN"]
                self._say(*offers, *(["250-STARTTLS"] if self.office.tls and not self.encrypted else []), "250 OK")
            case "STARTTLS" if self.office.tls:
                self._say("220 go ahead")
                self.connection = self.office.tls.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
                self.encrypted = True
            case "AUTH":
                self.office.secrets.append(base64.b64decode(line.rsplit(maxsplit=1)[-1]).decode())
                self._say("235 known")
            case "RCPT":
                self.office.to.append(line.split("<")[1].split(">", maxsplit=1)[0])
                self._say("250 OK")
            case "DATA":
                self._take()
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 OK")
        return True

    def _take(self) -> None:
        self._say("354 go on")
        lines = iter(self.rfile.readline, b".\r\n")
        text = b"".join(line[1:] if line.startswith(b"..") else line for line in lines)
        self.office.letters.append(message_from_bytes(text, policy=policy.default))
        self.office.encrypted_letters += self.encrypted
        self._say(self.office.replies.get("taken", "250 OK"))

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def finish(self) -> None:
        super().finish()
        self.connection.close()


@contextmanager
def post_office(replies: Mapping[str, str] | None = None, tls: ssl.SSLContext | None = None) -> Iterator[PostOffice]:
    """A server that is open for a while."""
    office = PostOffice(replies=dict(replies or {}), tls=tls)
    handler: Any = type("Clerk", (_Clerk,), {"office": office})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join()
