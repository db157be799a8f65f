"""`hurrah member`."""

import pytest
from click.testing import Result
from flask import Flask

from tests.hub.members.people import browser, look, person, stub


def run(app: Flask, *words: str, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(args=["member", *words], input=typed)


def test_the_first_admin_is_added_from_the_command_line(app: Flask) -> None:
    done = run(app, "add", "root@example.com", "--name", "Root", "--role", "admin,manager", "--password-stdin",
               typed="paper lantern tide\n")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert browser(app, "root@example.com").get("/manage/members").status_code == 200


def test_without_a_password_a_link_is_printed_that_sets_one(app: Flask) -> None:
    done = run(app, "add", "ada@example.com", "--name", "Ada", "--company", "Acme", "--type", "partner")
    link = done.output.strip().splitlines()[-1]
    public = app.extensions["settings"].public_url
    assert link.startswith(f"{public}/sign-in/reset/")
    answer = browser(app, None).post(link.removeprefix(public), data={"password": "paper lantern tide"})
    assert answer.status_code == 303
    browser(app)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "ada@example.com", "--name", "Ada"), "is here already"),
        (("add", "no address", "--name", "Ada"), "not an e-mail address"),
        (("add", "b@example.com", "--name", "B", "--role", "king"), "no role “king”"),
        (("reset-link", "nobody@example.com"), "nobody here is called"),
        (("claim-link", "ada@example.com"), "has joined already"),
    ],
)
def test_a_refusal_is_one_line_on_standard_error_and_exit_2(
    app: Flask, words: tuple[str, ...], says: str
) -> None:
    person(app)
    done = run(app, *words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_weak_password_adds_nobody(app: Flask) -> None:
    done = run(app, "add", "a@example.com", "--name", "A", "--password-stdin", typed="password1\n")
    assert done.exit_code == 2
    assert run(app, "reset-link", "a@example.com").exit_code == 2


def test_links_are_printed_for_whoever_needs_them(app: Flask) -> None:
    person(app)
    kim = stub(app)
    reset = run(app, "reset-link", "ADA@example.com").output.strip()
    claim = run(app, "claim-link", look(app, kim).handle).output.strip()
    public = app.extensions["settings"].public_url
    assert browser(app, None).get(reset.removeprefix(public)).status_code == 200
    assert browser(app, None).get(claim.removeprefix(public)).status_code == 200
