"""Which addresses are pages, who looks at each, and what a look is. Two files look, so that two processes can."""

from tests.rules.house import House, routes
from tests.rules.looking import NARROW, WIDE, Looker
from tests.rules.permissions import READS

# Not pages: what machines read, files, and pieces that a page asks for by itself.
NOT_PAGES = {
    "GET /healthz", "GET /readyz", "GET /metrics", "GET /static/<filename>", "GET /theme.css",
    "GET /manage/programmes/<slug>/file.toml", "GET /r/<code>/picture.png", "GET /referrals/<number>/pulse",
    "GET /inbox/bell", "GET /home/around", "GET /hangouts/<slug>.ics", "GET /manage/hangouts/<hangout_id>/guests.csv",
    "GET /certificates/<code>/paper",
    "GET /home/rest", "GET /home/moving", "GET /community/people",
    "GET /manage/settings/preview", "GET /manage/connections/<name>/stages/preview", "GET /demo/crm/deals/<deal_id>",
    "GET /rewards/quickest", "GET /manage/rewards/costs/tax.csv",
    "GET /share/links/<link_id>/qr.<kind>", "GET /share/toolkit/flyer.pdf",
    "GET /manage/mails/style.css", "GET /manage/mails/letters/<folder>/drawn",  # a mail, without a page around it
}  # fmt: skip
# Whoever the page is made for looks at it.
EYES = ("ada", "katherine", "grace", "nobody")
PAGES = sorted(name for name, row in READS.items() if "ok" in row.values() and name not in NOT_PAGES)


def onlooker(name: str) -> str:
    """Who looks at a page: the signed-out where it is theirs, else the first of its people."""
    row = READS[name]
    if row["nobody"] == "ok" and row["ada"] != "ok":
        return "nobody"
    return next(who for who in EYES if row[who] == "ok")


FRAMED = {
    "GET /embed/<embed_id>/<signature>/<kind>"
}  # a piece on somebody else's page: nothing there to skip


def in_the_way(house: House, lookers: dict[str, Looker], name: str) -> list[str]:
    """What is in anybody's way on a page: wide and narrow, by day and by night."""
    looker, path = lookers[onlooker(name)], house.address(routes(house.app)[name])
    looker.heard()
    looker.open(path, WIDE)
    found = looker.barriers("light") + looker.barriers("dark")
    looker.resize(NARROW)
    found += looker.barriers("dark") + looker.barriers("light")
    found += [fault for fault in looker.faults() if name not in FRAMED or "skip" not in fault]
    return found + looker.heard()
