"""The one-time links as mails: invitation, claim, new password, confirmation, sign-in. Nobody can do without."""

from hub.notices.letters import Letter, Occasion, Reader, letter

PURPOSES = {
    # the ticket's purpose: kind of mail, folder, path of the link, days or hours it lasts
    "invitation": ("members.invitation", "invitation", "/invitations/{}", "14 days"),
    "claim": ("members.claim", "claim", "/invitations/{}", "14 days"),
    "reset": ("members.reset", "reset", "/sign-in/reset/{}", "one hour"),
    "forgotten": ("members.forgotten", "forgotten", "/sign-in/reset/{}", "half an hour"),
    "confirmation": ("members.confirmation", "confirmation", "/confirmations/{}", "three days"),
    "sign_in": ("members.sign_in", "sign_in", "/sign-in/link/{}", "a quarter of an hour"),
}
KINDS = frozenset(kind for kind, *_ in PURPOSES.values())
TOPICS = {
    "members.invitation": "Somebody is invited",
    "members.claim": "Somebody with points waiting may claim them",
    "members.reset": "A link to choose a new password",
    "members.forgotten": "A password was forgotten",
    "members.confirmation": "An address is to be confirmed",
    "members.sign_in": "A link to sign in without a password",
}


def _register(kind: str, folder: str, path: str, lasts: str) -> None:
    def sample() -> dict[str, object]:
        return {"path": path.format("a-made-up-link"), "lasts": lasts, "by": "Grace Whitlock"}

    @letter(kind, samples={folder: sample})
    def write(occasion: Occasion, _reader: Reader) -> Letter | None:
        if not occasion.token:
            return None
        words = {"path": path.format(occasion.token), "lasts": lasts, "by": occasion.by}
        return Letter(folder=folder, words=words)


for _kind, _folder, _path, _lasts in PURPOSES.values():
    _register(_kind, _folder, _path, _lasts)
