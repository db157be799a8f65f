"""Who is no visitor: crawlers, previews of social networks, prefetching browsers. They get the preview, and are
counted apart.

It only knows those that say so. One that pretends to be a browser counts once for each address it comes from and day,
which is why nothing is paid for clicks.
"""

import re
from typing import Any

# Words that crawlers, previews, monitors and programs put into their own name. Browsers hold none of them.
WORDS = (
    "bot", "crawl", "spider", "slurp", "facebookexternalhit", "facebot", "meta-external", "linkedin", "whatsapp",
    "telegram", "skypeuripreview", "slack", "discord", "embedly", "pinterest", "vkshare", "quora link", "outbrain",
    "preview", "fetch", "scan", "monitor", "pingdom", "uptime", "lighthouse", "headless", "phantomjs", "python",
    "curl", "wget", "go-http", "java/", "okhttp", "axios", "node", "libwww", "httpclient", "http_request", "ruby",
    "perl", "php", "scrapy", "archiver", "validator", "feed", "rss", "barracuda", "mimecast", "proofpoint",
    "safelinks", "microsoft office", "ms-office", "google-read-aloud", "googleimageproxy", "yahoo", "baidu", "yandex",
    "bingpreview", "mediapartners", "apis-google", "duckduckgo-favicons", "ahrefs", "semrush", "urlresolver",
)  # fmt: skip
KNOWN = re.compile("|".join(re.escape(word) for word in WORDS))
# A phone's browser inside these apps, or on a phone of such a make, is a person; the apps' own previews come under
# other names.
PEOPLE = re.compile(r"linkedinapp|\[linkedin|fban/|fbav/|instagram |\[pinterest/|telegram-android|cubot")
AHEAD = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")


def is_crawler(agent: str) -> bool:
    """Whether this browser says that it is none. One without a name isn't one either."""
    agent = agent.lower()
    return not agent or (KNOWN.search(agent) is not None and PEOPLE.search(agent) is None)


def is_ahead(environ: dict[str, Any]) -> bool:
    """Whether a page is fetched before anybody asked to see it."""
    said = " ".join(environ[name] for name in AHEAD if name in environ).lower()
    return "prefetch" in said or "prerender" in said or "preview" in said
