"""What is committed names no package index, no folder of somebody's machine, and documents every setting."""

import re
import subprocess
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from hub.core.settings import ROOT, Settings

# Each is put together here, so that this file does not hold what it forbids.
INDEX_HOSTS = [
    "pypi" + ".org", "files.python" + "hosted.org", "registry.npm" + "js.org", "registry.yarn" + "pkg.com",
    "proxy.golang" + ".org", "jfrog" + ".io", "--extra-" + "index-url", "--find" + "-links",
]  # fmt: skip
MACHINE_PATHS = [re.compile(rf"(?<![\w.])/{name}/") for name in ("work", "root", "home/[a-z]+", "opt/wheels")]
TOLD = re.compile(r"^\| `([A-Z_]+)`", re.MULTILINE)


@cache
def texts() -> dict[str, str]:
    """Every committed or about to be committed text file, by its path."""
    names = _committed() if (ROOT / ".git").exists() else _unpacked()
    found = {}
    for name in names:
        path = ROOT / name
        if path.is_file() and b"\0" not in (content := path.read_bytes()):
            found[name] = content.decode(errors="replace")
    return found


def _committed() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    return [name for name in listed.stdout.decode().split("\0") if name]


def _unpacked() -> list[str]:
    """Without git: everything but what setup and the tests make."""
    made = re.compile(
        r"^(\.venv|instance|build|test-results|\.\w+_cache|\.hypothesis|\.cache)/|__pycache__|\.egg-info/"
    )
    names = (path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*"))
    return [name for name in names if not made.search(name)]


def test_there_is_something_to_look_at() -> None:
    assert {"Makefile", "requirements.txt", "wsgi.py"} <= texts().keys()


@pytest.mark.parametrize("host", INDEX_HOSTS)
def test_no_file_names_a_package_index(host: str) -> None:
    assert [name for name, text in texts().items() if host in text] == []


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_locks_hold_no_address_at_all(lock: str) -> None:
    assert re.findall(r"(?:https?|file|git\+ssh)://\S+", texts()[lock]) == []


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_everything_locked_has_a_hash(lock: str) -> None:
    pins = re.findall(
        r"^([a-z0-9._-]+)==[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", texts()[lock], re.MULTILINE
    )
    named = re.findall(r"^([a-z0-9._-]+)==", texts()[lock], re.MULTILINE)
    assert pins == named
    assert len(named) > 50


@pytest.mark.parametrize("place", MACHINE_PATHS, ids=lambda place: place.pattern.rpartition("/")[0][-5:])
def test_no_file_names_a_folder_of_one_machine(place: re.Pattern[str]) -> None:
    ours = {Path(__file__).relative_to(ROOT).as_posix()}
    assert [name for name, text in texts().items() if name not in ours and place.search(text)] == []


def test_the_readme_tells_every_setting_and_no_other() -> None:
    told = TOLD.findall(texts()["README.md"])
    assert sorted(told) == sorted(field.name.upper() for field in fields(Settings))


def test_the_example_names_only_settings() -> None:
    named = re.findall(r"^#? ?([A-Z_]+)=", texts()[".env.example"], re.MULTILINE)
    assert set(named) <= {field.name.upper() for field in fields(Settings)}
