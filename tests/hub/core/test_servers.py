"""The private Redis: keeps its data through kill -9, leaves no orphan, fits deep folders."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
import redis

from hub.core.children import gone
from hub.core.servers import PrivateRedis, ServerError, find_redis

HOLDER = textwrap.dedent("""
    import sys, time
    from pathlib import Path
    from hub.core.servers import PrivateRedis
    server = PrivateRedis(Path(sys.argv[1]))
    server.start()
    print(server.process.pid, flush=True)
    time.sleep(60)
""")


def client(server: PrivateRedis) -> "redis.Redis":
    return redis.Redis.from_url(server.url, decode_responses=True)


def test_it_keeps_what_it_acknowledged_through_a_kill(tmp_path: Path) -> None:
    with PrivateRedis(tmp_path) as server, client(server) as redis_client:
        redis_client.set("kept", "yes")
        time.sleep(1.2)  # everysec: the file is at most a second behind
        assert server.process is not None
        server.process.kill()
    with PrivateRedis(tmp_path) as server, client(server) as redis_client:
        assert redis_client.get("kept") == "yes"


def test_only_its_owner_can_reach_it(tmp_path: Path) -> None:
    with PrivateRedis(tmp_path) as server:
        assert server.folder.stat().st_mode & 0o077 == 0
        assert server.socket.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only the Linux kernel ends children with their parent")
def test_it_dies_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        pid = int(holder.stdout.readline())
        holder.kill()
    assert gone(pid, 5)


def test_a_left_over_redis_is_ended_before_the_next_starts(tmp_path: Path) -> None:
    orphan = PrivateRedis(tmp_path)
    orphan.start()
    with client(orphan) as redis_client:
        redis_client.set("kept", "by the orphan")
    with PrivateRedis(tmp_path) as server, client(server) as redis_client:
        assert redis_client.get("kept") == "by the orphan"
        assert orphan.process is not None
        assert orphan.process.wait(5) == 0


def test_a_left_over_redis_that_hangs_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.core.servers.STOP_SECONDS", 0.5)
    orphan = PrivateRedis(tmp_path)
    orphan.start()
    assert orphan.process is not None
    os.kill(orphan.process.pid, signal.SIGSTOP)
    with PrivateRedis(tmp_path) as server, client(server) as redis_client:
        assert redis_client.ping()
    assert orphan.process.wait(5) == -signal.SIGKILL


def test_a_deep_folder_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 30)
    with PrivateRedis(deep) as server, client(server) as redis_client:
        assert redis_client.ping()
        assert len(bytes(server.socket)) <= 107
        assert (deep / "redis" / "appendonly.aof").exists() or (deep / "redis" / "appendonlydir").exists()
    server.socket.parent.rmdir()


def test_without_any_redis_both_remedies_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.core.servers.shutil.which", lambda *_args, **_keys: None)
    with pytest.raises(ServerError, match=r"redis-server or valkey-server.*REDIS_URL"):
        find_redis()


def test_a_redis_that_ends_at_once_says_why(tmp_path: Path) -> None:
    (tmp_path / "redis").mkdir()
    (tmp_path / "redis" / "appendonly.aof").write_bytes(b"this is not an append-only file\n" * 8)
    with pytest.raises(ServerError, match="ended at once"):
        PrivateRedis(tmp_path).start()
