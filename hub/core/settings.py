"""Settings come from the environment only; each wrong one is named in one line before anything starts."""

import contextlib
import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = {"localhost", "127.0.0.1", "::1", "[::1]"}


class SettingsError(Exception):
    """One or more settings are wrong. `problems` holds a line for each: which, why, what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the operator decided. Field names are the variables' names in lower case."""

    secret_key: str
    secret_key_fallbacks: tuple[str, ...] = ()
    instance_dir: Path
    database_url: str
    redis_url: str | None = None
    public_url: str
    port: int = 8000
    web_concurrency: int = field(default_factory=lambda: os.cpu_count() or 1)
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: int = 0
    metrics_token: str | None = None
    mail_url: str | None = None
    mail_from: str
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    log_level: str = "INFO"
    log_format: str = "console"

    @property
    def https(self) -> bool:
        """Whether visitors reach the hub over TLS: cookies are then marked secure."""
        return self.public_url.startswith("https://")

    @property
    def private_redis_url(self) -> str:
        """Where `hurrah up` puts its own Redis when REDIS_URL is unset."""
        return f"unix://{private_socket(self.instance_dir)}"

    @property
    def effective_redis_url(self) -> str:
        """The Redis that processes of this hub talk to."""
        return self.redis_url or self.private_redis_url

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Reads and checks all settings; raises SettingsError naming every wrong one."""
        return _Reader(os.environ if env is None else env).settings()


def private_socket(instance_dir: Path) -> Path:
    """The private Redis socket. Socket paths end at 107 bytes, so a deep folder gets a short stand-in."""
    path = instance_dir.resolve() / "redis" / "redis.sock"
    if len(bytes(path)) <= 100:
        return path
    short = hashlib.sha256(bytes(path)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"hurrah-{os.getuid()}-{short}" / "redis.sock"


class _Reader:
    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.problems: list[str] = []

    def settings(self) -> Settings:
        instance_dir = Path(self.text("INSTANCE_DIR") or "instance")
        instance_dir = instance_dir if instance_dir.is_absolute() else ROOT / instance_dir
        port = self.number("PORT", 8000, low=1, high=65535)
        public_url = self.url("PUBLIC_URL") or f"http://127.0.0.1:{port}"
        values = Settings(
            secret_key=self.secret_key(public_url, instance_dir),
            secret_key_fallbacks=self.listed("SECRET_KEY_FALLBACKS"),
            instance_dir=instance_dir,
            database_url=self.database_url(instance_dir),
            redis_url=self.redis_url(),
            public_url=public_url,
            port=port,
            web_concurrency=self.number("WEB_CONCURRENCY", os.cpu_count() or 1, low=1, high=256),
            trusted_hosts=self.listed("TRUSTED_HOSTS"),
            trusted_proxies=self.number("TRUSTED_PROXIES", 0, low=0, high=10),
            metrics_token=self.text("METRICS_TOKEN"),
            mail_url=self.scheme("MAIL_URL", ("smtp", "smtps")),
            mail_from=self.text("MAIL_FROM") or "hurrah@localhost",
            oidc_issuer=self.url("OIDC_ISSUER"),
            oidc_client_id=self.text("OIDC_CLIENT_ID"),
            oidc_client_secret=self.text("OIDC_CLIENT_SECRET"),
            log_level=self.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
            log_format=self.choice("LOG_FORMAT", "console", ("console", "json")),
        )
        if bool(values.oidc_issuer) != bool(values.oidc_client_id):
            self.wrong("OIDC_ISSUER", "needs OIDC_CLIENT_ID beside it, and the other way round")
        if self.problems:
            raise SettingsError(self.problems)
        return values

    def wrong(self, name: str, why: str) -> None:
        self.problems.append(f"{name}: {why}")

    def text(self, name: str) -> str | None:
        return self.env.get(name, "").strip() or None

    def listed(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in (self.text(name) or "").split(",") if part.strip())

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        raw = self.text(name)
        if raw is None:
            return default
        if not raw.isascii() or not raw.isdigit() or not low <= int(raw) <= high:
            self.wrong(name, f"must be a whole number from {low} to {high}, not {raw!r}")
            return default
        return int(raw)

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        raw = self.text(name) or default
        found = next((word for word in allowed if word.lower() == raw.lower()), None)
        if found is None:
            self.wrong(name, f"must be one of {', '.join(allowed)}, not {raw!r}")
        return found or default

    def scheme(self, name: str, allowed: tuple[str, ...]) -> str | None:
        raw = self.text(name)
        if raw is not None and (urlsplit(raw).scheme not in allowed or not urlsplit(raw).hostname):
            self.wrong(
                name, f"must start with {' or '.join(f'{word}://' for word in allowed)} and name a host"
            )
        return raw

    def url(self, name: str) -> str | None:
        raw = self.scheme(name, ("http", "https"))
        return raw.rstrip("/") if raw else None

    def redis_url(self) -> str | None:
        raw = self.text("REDIS_URL")
        if raw is not None and urlsplit(raw).scheme not in ("redis", "rediss", "unix"):
            self.wrong("REDIS_URL", "must start with redis://, rediss:// or unix://")
        return raw

    def database_url(self, instance_dir: Path) -> str:
        raw = self.text("DATABASE_URL")
        if raw is None:
            return f"sqlite:///{instance_dir / 'hurrah.db'}"
        if raw.startswith("postgres://"):
            raw = "postgresql://" + raw.removeprefix("postgres://")
        if raw.startswith("postgresql://"):
            raw = "postgresql+psycopg://" + raw.removeprefix("postgresql://")
        if not raw.startswith(("sqlite:///", "postgresql+psycopg://")):
            self.wrong("DATABASE_URL", "must start with postgresql:// or sqlite:///")
        return raw

    def secret_key(self, public_url: str, instance_dir: Path) -> str:
        """A laptop gets a key of its own on first use; whoever serves others must choose one."""
        given = self.text("SECRET_KEY")
        if given is None and urlsplit(public_url).hostname not in LOOPBACK:
            self.wrong(
                "SECRET_KEY",
                "is missing, and PUBLIC_URL is not this machine; set a long random value, "
                "for example the output of: python -c 'import secrets; print(secrets.token_urlsafe(48))'",
            )
        if given is not None and len(given) < 16:
            self.wrong("SECRET_KEY", "is shorter than 16 characters; anyone could guess it")
        return given or _kept_key(instance_dir)


def _kept_key(instance_dir: Path) -> str:
    path = instance_dir / "secret_key"
    if not path.exists():
        instance_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)  # the first of two racing processes wins, the other reads its key
        fresh.unlink()
    return path.read_text().strip()
