"""The sample's hangouts: one to come with more friends than chairs, one that is over with what became of it."""

from typing import Any

ROADMAP: dict[str, Any] = {
    "slug": "roadmap", "title": "The spring roadmap, before it is carved in stone", "minutes": 45, "seats": 15,
    "points": 150, "zone": "Europe/Stockholm", "meets": "video", "link": "https://meet.example.com/lumenfield-roadmap",
    "story": "Forty-five minutes, fifteen people, **no slides**. I bring the three things we could build in spring and"
             " what each would cost us; you tell me which one you would miss.\n\nBring the question you wouldn’t put in"
             " an e-mail. What you say here decides what we do, and you hear what became of it.",
}  # fmt: skip
ROADMAP_AGENDA = (
    "Planning across two teams without a spreadsheet in between",
    "An audit trail that finance accepts",
    "Night shifts and daylight saving: what goes wrong today",
    "What we should stop building",
)
ROADMAP_QUESTIONS = (
    # whose turn at the table, anonymous, body, votes
    (0, False, "Will the two-team calendar work with teams in different time zones?", 6),
    (2, True, "Honestly: is the old importer going away, and when would we have to move?", 8),
    (4, False, "Could we test the audit trail with a real month-end before you finish it?", 3),
)
AUTUMN: dict[str, Any] = {
    "slug": "autumn-table", "title": "Autumn table: what planning feels like on a bad day", "minutes": 60, "seats": 8,
    "points": 250, "zone": "Europe/Stockholm", "meets": "both", "link": "https://meet.example.com/lumenfield-autumn",
    "place": "Lumenfield, Harbour House\nThird floor, ask for Dorothy",
    "story": "No roadmap this time. Tell me about the last day when planning hurt, and let us look at it together.",
}  # fmt: skip
AUTUMN_THANKS = (
    "You told me about the Monday when the plan and the truck were in different weeks. We moved two things forward"
    " because of that evening. Thank you for the plain words."
)
AUTUMN_REQUESTS = (
    # title, status, reason, points, who of the guests asked
    ("Undo for a whole plan, not only for the last change", "shipped", "In everybody’s hub since last week.", 100,
     (0, 1, 3)),
    ("A plan that remembers who moved what, and why", "building", "Two of you test it with us in December.", 0, (0, 2)),
    ("Shift swaps that people agree on by themselves", "planned", "First thing in spring.", 0, (1, 4)),
    ("A printed plan for the wall, A3", "not_now", "The audit trail comes first; we look again in summer.", 0, (5,)),
)  # fmt: skip
