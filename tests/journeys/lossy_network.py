"""A network between two browsers that can be cut: their datagrams take a way round through this process.

Each address of a browser gets a socket here that stands for it. What reaches the socket of B from A goes on to B from
the socket of A, so both see the other only through us, as behind routers.
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext

# The addresses of the other browser are replaced by ours before a page uses them; other kinds are left out.
DETOUR = r"""
const way = async (line) => {
  const part = line.split(' ');
  if (part[2]?.toLowerCase() !== 'udp' || !/^\d+\.\d+\.\d+\.\d+$/.test(part[4])) return '';
  part[5] = await detour(part[4], Number(part[5]));
  return part.join(' ');
};
const own = RTCPeerConnection.prototype;
const { addIceCandidate, setRemoteDescription } = own;
own.addIceCandidate = async function add(given) {
  const candidate = await way(given?.candidate ?? '');
  return candidate ? addIceCandidate.call(this, { ...given, candidate }) : undefined;
};
own.setRemoteDescription = async function set({ type, sdp }) {
  const lines = await Promise.all(sdp.split('\r\n').map(async (line) => {
    if (!line.startsWith('a=candidate:')) return line;
    const candidate = await way(line.slice(2));
    return candidate ? `a=${candidate}` : null;
  }));
  return setRemoteDescription.call(this, { type, sdp: lines.filter((line) => line !== null).join('\r\n') });
};
"""

Address = tuple[str, int]


class LossyNetwork:
    """Carries datagrams until it is cut; a new one leads nowhere by the old ways, as when a phone leaves its Wi-Fi."""

    def __init__(self) -> None:
        self.is_cut = False
        self.carried = 0
        self.sockets: dict[Address, socket.socket] = {}
        self.gone: list[socket.socket] = []
        self.selector = selectors.DefaultSelector()
        self.lock = threading.Lock()

    def lies_between(self, context: BrowserContext) -> None:
        context.expose_function("detour", lambda host, port: self.stand_in((host, port)).getsockname()[1])
        context.add_init_script(DETOUR)

    def stand_in(self, address: Address) -> socket.socket:
        with self.lock:
            if address not in self.sockets:
                made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                made.bind((address[0], 0))
                made.setblocking(False)
                self.sockets[address] = made
                self.selector.register(made, selectors.EVENT_READ, address)
            return self.sockets[address]

    def begins_anew(self) -> None:
        """Another network: only addresses that are told from now on lead anywhere."""
        with self.lock:
            self.gone += self.sockets.values()
            self.sockets.clear()
            self.is_cut = False

    def carry(self, over: threading.Event) -> None:
        while not over.is_set():
            for ready, _events in self.selector.select(timeout=0.1):
                assert isinstance(ready.fileobj, socket.socket)
                data, source = ready.fileobj.recvfrom(65_535)
                if not self.is_cut and ready.fileobj not in self.gone:
                    self.carried += 1
                    self.stand_in(source).sendto(data, ready.data)


@contextmanager
def lossy_network() -> Iterator[LossyNetwork]:
    """Datagrams are carried until the block ends."""
    network, over = LossyNetwork(), threading.Event()
    carrier = threading.Thread(target=network.carry, args=[over])
    carrier.start()
    try:
        yield network
    finally:
        over.set()
        carrier.join()
        network.selector.close()
        for each in (*network.gone, *network.sockets.values()):
            each.close()
