"""What the sample hub shares: Lumenfield's stories, the words offered with them, and its toolkit."""

from typing import Any

BEDS, FRIDAYS, DEPOT = (
    "How a ward found its beds",
    "Fridays back: a report that writes itself",
    "A depot without phones",
)
FIRST, PICTURE = (
    "Ten questions before you change your planning tool",
    "Three hundred sites, one Monday morning",
)
CONTENTS: tuple[tuple[float, bool, dict[str, Any]], ...] = (
    (26, True, {
        "kind": "case_study", "title": BEDS, "url": "https://lumenfield.example.com/stories/halcyon",
        "summary": "Halcyon Health's night shift stopped ringing around for free beds.", "moment": "comparing",
        "tags": ("health", "night shift"),
        "words": {"": "Nobody rings around for beds any more. Worth two minutes if you run wards:",
                  "linkedin": "I have stood in that corridor at two in the morning with a phone in each hand. This is "
                  "how one hospital ended it:"}}),
    (19, True, {
        "kind": "article", "title": FRIDAYS, "url": "https://lumenfield.example.com/fridays", "moment": "curious",
        "summary": "What happens to a team when the weekly report takes a minute instead of an afternoon.",
        "tags": ("reporting", "small teams"),
        "words": {"": "If your team spends Friday afternoon on a report, read this on Thursday:"}}),
    (13, True, {
        "kind": "video", "title": DEPOT, "url": "https://lumenfield.example.com/videos/depot", "moment": "comparing",
        "summary": "Four minutes with Tidewater Logistics: forty lorries, one wall screen, no telephone.",
        "tags": ("logistics",), "words": {"": "Forty lorries and nobody on the phone. Four minutes:"}}),
    (9, True, {
        "kind": "file", "title": FIRST, "url": "https://lumenfield.example.com/files/ten-questions.pdf",
        "summary": "A checklist that is as useful if you stay with what you have.", "moment": "deciding",
        "tags": ("checklist",), "is_co_branded": True,
        "body": "Two pages, ten questions, no form to fill in. We ask them ourselves before anybody signs:\n\n"
        "1. Who plans today, and what do they do when it breaks?\n2. What would you stop doing on the first day?\n"
        "3. Who has to agree, and what do they need to see?",
        "words": {"": "Before you change your planning tool, ask these ten questions. They helped us:"}}),
    (3, True, {
        "kind": "post", "title": PICTURE, "moment": "starting", "tags": ("planning",),
        "summary": "What the first Monday with a shared plan looks like.",
        "body": "Three hundred sites used to send three hundred spreadsheets by seven. Since March they look at one "
        "plan, and the planners start their week with coffee instead of copy and paste.",
        "words": {"": "Our Mondays used to begin with three hundred spreadsheets. Not any more."}}),
    (1, False, {
        "kind": "article", "title": "What we learned from 1,000 shift plans", "tags": ("research",),
        "summary": "A draft: waits for its numbers.", "words": {}}),
)  # fmt: skip
BLOCKS = {
    "ideal": "Teams of **20 to 500 people** who share deadlines: wards, depots, field service, project offices.\n\n"
    "- they plan in spreadsheets, and somebody's afternoon goes into it each week\n"
    "- several sites, or people who move between them\n- a head of operations, planning or nursing who can decide",
    "triggers": "- “I spend my Fridays on that report.”\n- “Nobody knows which version is the right one.”\n"
    "- “We ring around until somebody picks up.”\n- “We've outgrown the spreadsheet.”",
    "process": "1. You introduce them, with their yes.\n2. One person of ours writes within a working day, and says "
    "that you sent us.\n3. Half an hour together; if it doesn't fit, we say so.\n4. You see every step, and they "
    "can stop at any of them.",
}
MAILS = (
    ("A colleague who complains about planning", "Somebody who fixed our Fridays",
     ("Hi,\n\nyou mentioned that planning eats your week. Ours did, too, until we changed to Lumenfield at {company}. "
     "I would be glad to show you how it looks with us, and this tells you who they are:\n{link}\n\nNo hurry, and no "
     "salesman unless you ask for one.\n\n{name}")),
    ("A former colleague at another company", "What we use at {company} now",
     ("Hello,\n\nwhen we worked together we both hated the Monday spreadsheets. I no longer have any. If you still do: "
     "{link}\n\nI know the people there and can put you in touch.\n\n{name}")),
)  # fmt: skip
BROUGHT = (
    ("ada@example.com", BEDS, "linkedin", 46), ("ada@example.com", BEDS, "whatsapp", 12),
    ("ada@example.com", FRIDAYS, "copy", 23), ("ada@example.com", DEPOT, "linkedin", 31),
    ("margaret@example.com", FIRST, "email", 27), ("margaret@example.com", FRIDAYS, "linkedin", 58),
    ("priya.raman@analytical-engines.example.com", BEDS, "x", 17),
    ("sofia.andersson@vantage-partners.example.com", DEPOT, "linkedin", 22),
)  # fmt: skip
