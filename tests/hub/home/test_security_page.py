"""What the security page says is what the program does."""

from flask import Flask

from tests.hub.members.people import browser, person


def test_the_security_page_says_what_holds_to_whoever_asks(app: Flask) -> None:
    nobody = browser(app, None)
    page = nobody.get("/security")
    said = " ".join(page.text.split())
    for words in (
        f"<code>{app.config['SESSION_COOKIE_NAME']}</code>", "at least 8 characters", "good for 15 minutes",
        "after 30 minutes unused", "after 12 hours", "after 7 days", "the operator of this hub",
    ):  # fmt: skip
        assert words in said
    person(app)
    for client, path in ((nobody, "/"), (nobody, "/sign-in"), (browser(app), "/points")):
        assert 'href="/security"' in client.get(path).text
