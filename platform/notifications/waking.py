"""Waking the senders beside the request: nobody waits for the broker, and a rush of changes asks once.

One thread in each process, begun when it is first needed, so also in processes that were forked before. What is asked
for while it publishes is published after it: a change that is committed before a pass is seen by that pass. A process
that ends at once may take its last call along; the next tick of the scheduler finds the row all the same.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

PAUSE_SECONDS = 0.2


class Waker:
    """Calls `publish` soon after `soon()`, at most once in PAUSE_SECONDS. `publish` must not raise."""

    def __init__(self, publish: Callable[[], None]) -> None:
        self._publish = publish
        self._asked = threading.Event()
        self._lock = threading.Lock()
        self._process = 0

    def soon(self) -> None:
        """Returns at once."""
        self._asked.set()
        with self._lock:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
            threading.Thread(target=self._serve, name="waker", daemon=True).start()

    def _serve(self) -> None:
        while True:
            self._asked.wait()
            self._asked.clear()
            self._publish()
            time.sleep(PAUSE_SECONDS)
