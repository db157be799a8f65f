"""What a password must be, and how it is kept."""

import pytest

from hub.members import passwords
from hub.members.names import Refusal


@pytest.mark.parametrize(
    "weak",
    ["short", "password", "Password1", "PASSWORD123",
     "qwertyuiop", "12345678", "aaaaaaaaaaaa", "abababab", "password!!!",
     "ada marlowe", "Ada Marlowe1!", "iloveyou2026"],
)  # fmt: skip
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(Refusal):
        passwords.check_rules(weak, about=("ada@example.com", "ada", "Ada Marlowe"))


@pytest.mark.parametrize(
    "fine",
    [
        "paper lantern tide",
        "8 zeichen",
        "x" * 60 + "abcd",
        "пароль для слона",
        " leading space kept",
        "hurrah-demo",
    ],
)
def test_a_long_odd_password_is_taken_as_it_is(fine: str) -> None:
    passwords.check_rules(fine, about=("ada@example.com",))
    assert passwords.fits(fine, passwords.digest(fine))
    assert not passwords.fits(fine.strip() + "?", passwords.digest(fine))


def test_nothing_is_cut_off() -> None:
    long = "paper lantern tide " * 10
    kept = passwords.digest(long)
    assert not passwords.fits(long[:-1], kept)
    assert not passwords.fits(long[:72], kept)


def test_the_same_letters_typed_on_two_systems_are_one_password() -> None:
    assert passwords.fits("cafe\u0301 au lait", passwords.digest("caf\u00e9 au lait"))


@pytest.mark.parametrize("odd", ["\ud800 lone surrogate", "nul\0 inside it", "x" * 100_000])
def test_odd_input_is_a_wrong_password_not_an_error(odd: str) -> None:
    assert not passwords.fits(odd, passwords.digest("paper lantern tide"))


def test_a_digest_is_argon2id_and_salted() -> None:
    one, other = passwords.digest("paper lantern tide"), passwords.digest("paper lantern tide")
    assert one.startswith("$argon2id$")
    assert one != other


@pytest.mark.parametrize("kept", [None, "", "not a digest", "$argon2id$broken"])
def test_whatever_is_kept_that_is_no_digest_fits_nothing(kept: str | None) -> None:
    assert not passwords.fits("paper lantern tide", kept)
    assert not passwords.fits("nobody has this password", kept)
