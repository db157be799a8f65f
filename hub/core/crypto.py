"""Secrets at rest: authenticated encryption with a key derived from SECRET_KEY, kept outside the database."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app


class Unreadable(Exception):
    """The secret was sealed under a key that is no longer among SECRET_KEY and SECRET_KEY_FALLBACKS."""


def _fernet() -> MultiFernet:
    settings = current_app.extensions["settings"]
    keys = (settings.secret_key, *settings.secret_key_fallbacks)
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"hurrah at rest:" + k.encode()).digest()))
            for k in keys
        ]
    )


def seal(plain: str) -> str:
    """Encrypts a secret for the database."""
    return _fernet().encrypt(plain.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypts a secret; raises Unreadable when no current key fits."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable(
            "sealed under another SECRET_KEY; add the old one to SECRET_KEY_FALLBACKS"
        ) from error


def digest(token: str) -> str:
    """What is kept of a one-time token or bearer token: enough to recognise it, not to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed(text: str) -> list[str]:
    """Digests that only this hub can make, under each of its keys, today's first: what is kept under one can't be
    guessed from the database alone."""
    settings = current_app.extensions["settings"]
    keys = (settings.secret_key, *settings.secret_key_fallbacks)
    return [hmac.new(b"hurrah marks:" + key.encode(), text.encode(), "sha256").hexdigest() for key in keys]
