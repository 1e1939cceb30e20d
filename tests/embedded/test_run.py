"""`make run`: what it refuses, how it restarts, and that nothing outlives it."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded import run
from embedded.processes import Processes, Program
from embedded.refusal import Refused
from embedded.terminal import LogTail, Terminal
from tests.embedded.conftest import clean_environment, eventually, is_alive, processes_about


def program(name: str, source: str) -> Program:
    return Program(name, [sys.executable, "-c", textwrap.dedent(source)])


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def processes(out: io.StringIO) -> Iterator[Processes]:
    made = Processes(Terminal(out), clean_environment())
    yield made
    made.stop()


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_said_before_anything_starts(folder: Path, taken_port: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "embedded.run"], text=True, capture_output=True, timeout=30,
        env=clean_environment(PORT=str(taken_port), DATA_DIR=str(folder / "data")),
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == ""
    assert f"Port {taken_port} on 127.0.0.1 is taken, so nothing was started." in done.stdout
    assert f"PORT={taken_port + 1} make run" in done.stdout
    assert not (folder / "data").exists()


@pytest.mark.parametrize("port", ["web", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(Refused, match="which is no port"):
        run.address({"PORT": port})


def test_a_second_run_with_the_same_folder_is_refused(folder: Path) -> None:
    (folder / "data").mkdir(mode=0o711)
    first = run.Run({"DATA_DIR": str(folder / "data")}, Terminal(io.StringIO()))
    lock = first._be_alone()
    second = run.Run({"DATA_DIR": str(folder / "data")}, Terminal(io.StringIO()))
    with pytest.raises(Refused, match="already running"):
        second._be_alone()
    lock.close()
    second._be_alone().close()


def test_a_run_ends_with_the_make_that_started_it(processes: Processes) -> None:
    """`kill -9` of make tells us nothing, but our parent is another one from then on."""
    one = run.Run({"MAKELEVEL": "1"}, Terminal(io.StringIO()))
    one._parent = -1
    with pytest.raises(run.Stopped):
        one._watch(processes)


def test_lines_carry_the_name_of_who_said_them(processes: Processes, out: io.StringIO) -> None:
    processes.start(program("web", "print('hello'); import time; time.sleep(60)"))
    assert eventually(lambda: "hello" in out.getvalue())
    assert out.getvalue() == "web      | hello\n"


def test_one_that_dies_is_reported_and_started_again(processes: Processes, out: io.StringIO) -> None:
    first = processes.start(program("worker", "import time; print('here'); time.sleep(60)"))
    assert eventually(lambda: out.getvalue().count("here") == 1)
    first.kill()

    def back() -> bool:
        processes.look()
        return out.getvalue().count("here") == 2

    assert eventually(back)
    assert "worker ended by SIGKILL; starting it again in 1 s." in out.getvalue()


def test_one_that_keeps_dying_stops_everything_with_a_sentence(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embedded.processes.LONGEST_PAUSE", 0.01)
    processes.start(program("beat", "raise SystemExit(3)"))
    with pytest.raises(Refused, match="beat ended 5 times within 10 seconds"):
        until = time.monotonic() + 30
        while time.monotonic() < until:
            processes.look()


def test_stopping_ends_children_of_children_too(processes: Processes, folder: Path) -> None:
    processes.start(
        program(
            "web",
            f"""
            import subprocess, sys, time
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", {str(folder)!r}])
            time.sleep(600)
            """,
        )
    )
    assert eventually(lambda: len(processes_about(folder)) == 2)
    processes.stop()
    assert eventually(lambda: processes_about(folder) == []), processes_about(folder)


SUPERVISOR = """
import sys, time
from embedded.processes import Processes, Program
from embedded.terminal import Terminal
import os
processes = Processes(Terminal(sys.stdout), os.environ)
for name in ("web", "worker"):
    processes.start(Program(name, [sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1]]))
print("started", flush=True)
while True:
    processes.look()
    time.sleep(0.1)
"""


def test_killing_the_supervisor_leaves_no_process(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(folder)],
        env=clean_environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == "started\n"
        assert eventually(lambda: len(processes_about(folder)) == 3)
        supervisor.kill()
    assert eventually(lambda: processes_about(folder) == []), processes_about(folder)


def test_a_log_is_followed_line_by_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")
    tail = LogTail(log)
    assert tail.fresh() == []
    with log.open("a") as more:
        more.write("one\ntwo, not yet wh")
    assert tail.fresh() == ["one"]
    with log.open("a") as more:
        more.write("ole\n")
    assert tail.fresh() == ["two, not yet whole"]
    log.write_text("anew\n")
    assert tail.fresh() == ["anew"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_of_a_run_outlives_it(folder: Path, number: signal.Signals) -> None:
    """The whole of it: database, broker, web, worker and scheduler, in a folder of their own."""
    port = free_port()
    log = folder / "said"
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "embedded.run"], stdout=said, stderr=subprocess.STDOUT,
            env=clean_environment(PORT=str(port), DATA_DIR=str(folder / "data")),
        )  # fmt: skip
    family: set[int] = set()
    try:
        assert eventually(lambda: "ready." in log.read_text() or process.poll() is not None, seconds=120)
        assert process.poll() is None, log.read_text()
        assert f"Halfhour is at http://127.0.0.1:{port}/" in log.read_text()
        family = descendants(process.pid)
        assert len(family) >= 5, log.read_text()
    finally:
        process.send_signal(number)
        code = process.wait(60)
    assert code == (-signal.SIGKILL if number == signal.SIGKILL else 0), log.read_text()
    seconds = 30.0 if number == signal.SIGKILL else 2.0
    assert eventually(lambda: not any(is_alive(pid) for pid in family), seconds=seconds), log.read_text()
    assert eventually(lambda: processes_about(folder) == [], seconds=seconds), processes_about(folder)


def descendants(ancestor: int) -> set[int]:
    """Every process below one, by the parents that /proc names."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {ancestor}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {ancestor, os.getpid()}
