"""A mail server that counts: `python -m tests.benchmarks.mail_sink FOLDER`.

It writes `port` into the folder once it listens, the first mail it got as `sample.eml`, and `counts.json` after each
line it reads from standard input; end of input ends it.
"""

from __future__ import annotations

import json
import logging
import socket
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

ID = b"\nmessage-id:"


class Sink:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: Counter[bytes] = Counter()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        content: bytes = envelope.content
        if not self.seen:
            (self.folder / "sample.eml").write_bytes(content)
        place = content.lower().index(ID) + len(ID)
        self.seen[content[place : content.index(b"\n", place)].strip()] += 1
        return "250 OK"

    def write_counts(self) -> None:
        counts = {"mails": self.seen.total(), "different": len(self.seen)}
        fresh = self.folder / "counts.new"
        fresh.write_text(json.dumps(counts))
        fresh.rename(self.folder / "counts.json")


def main(folder: Path) -> None:
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sink = Sink(folder)
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    (folder / "port").write_text(str(port))
    for _line in sys.stdin:
        sink.write_counts()
    controller.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
