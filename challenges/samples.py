"""The words of the sample: what its challenges ask, what its members answered."""

from typing import Any

GAINS = "I get points in Lumenfield’s customer programme for sharing this, whatever I say."
REVIEWED = "I get points in Lumenfield’s customer programme for writing a review, whatever it says."


def _choice(text: str, why: str, *, right: bool = False) -> dict[str, Any]:
    return {"text": text, "right": right, "why": why}


TRAINING = [
    {"text": "Which team gains the most from Lumenfield?", "choices": [
        _choice("Twenty to two hundred people who share deadlines", "Enough people to lose track, few enough to "
                "decide quickly.", right=True),
        _choice("Two founders in one room", "They talk already. Give them a year."),
        _choice("A whole ministry", "Their buying takes longer than our patience."),
    ]},
    {"text": "What do they say before they look for us?", "choices": [
        _choice("“We find out too late.”", "That sentence is the one to listen for.", right=True),
        _choice("“We need something with a nicer logo.”", "Ours is nice, and it isn’t why people stay."),
        _choice("“Our spreadsheet has forty tabs.”", "Yes: the forty-first is where it broke.", right=True),
    ]},
    {"text": "What makes an introduction welcome?", "choices": [
        _choice("You asked them first", "Always. We mention you by name.", right=True),
        _choice("You send us their address book", "Never. One name that fits is worth more."),
    ]},
    {"text": "Whom should you spare?", "choices": [
        _choice("Somebody who signed with a competitor last month", "Yes: note the date and come back in a year.",
                right=True),
        _choice("A former colleague in operations", "That is the very person to think of."),
    ]},
]  # fmt: skip
CHALLENGES: tuple[dict[str, Any], ...] = (
    {
        "slug": "tell-us-who-you-are", "title": "Tell us who you are", "kind": "profile", "minutes": 1, "points": 20,
        "days_ago": 150, "body": "Your title and your company make your word count when one of us mentions you.",
        "steps": [{"kind": "profile", "data": {"fields": ["title", "company"]}}],
    },
    {
        "slug": "what-is-new-in-autumn", "title": "See what is new this autumn", "kind": "read", "minutes": 2,
        "points": 30, "days_ago": 60,
        "body": "Three things that save you an afternoon a week. Nothing is asked of you afterwards.",
        "steps": [{
            "kind": "read", "body":
            "**Plans that move.** Drag a week, and everything behind it moves along.\n\n**One inbox.** Approvals, "
            "questions and changes in one list, oldest first.\n\n**Quiet Fridays.** Notices wait until Monday if you "
            "like.",
            "data": {"url": "", "seconds": 15, "question": "What waits until Monday?",
                     "choices": "*Notices\nPlans\nThe weekend"}}],
    },
    {
        "slug": "how-are-we-doing", "title": "How likely are you to recommend us?", "kind": "survey", "minutes": 1,
        "points": 20, "days_ago": 45,
        "body": "One number and a sentence. A low one is as welcome as a high one: it shows us what to mend.",
        "steps": [{"kind": "survey", "data": {
            "question": "How likely are you to recommend Lumenfield to a colleague?", "low": "Not at all",
            "high": "Certainly", "ask": "What is the main reason for your answer?", "more": "", "low_below": 7}}],
    },
    {
        "slug": "share-the-ward-story", "title": "Share how a ward found its beds", "kind": "share", "minutes": 2,
        "points": 50, "days_ago": 30, "repeat": "weekly",
        "body": "Halcyon Health told us how a night shift stopped ringing around for free beds. One post from you says "
        "more than ten from us.",
        "steps": [{"kind": "share", "data": {
            "url": "https://lumenfield.example.com/stories/halcyon", "words": "Nobody rings around for beds any more:",
            "disclosure": GAINS}}],
    },
    {
        "slug": "whom-we-help-best", "title": "Learn whom we help best", "kind": "quiz", "minutes": 4, "points": 100,
        "days_ago": 100, "body": "Four questions. After them you know whom to introduce, and whom to spare.",
        "steps": [{"kind": "quiz", "data": {"mark": 75, "tries": 0, "shuffle": True, "questions": TRAINING}}],
    },
    {
        "slug": "refer-somebody", "title": "Introduce us to a team like yours", "kind": "referral", "minutes": 3,
        "points": 0, "days_ago": 120,
        "body": "Think of a team that fights with the problem you had before. One name is enough to begin.\n\n"
        "- Tell us **how you know them** and **why it fits**: a sentence each.\n"
        "- We get in touch once, politely, and say that you sent us.\n"
        "- You see every step, and points arrive with each of them.",
        "steps": [{"kind": "referral", "data": {}}],
    },
    {
        "slug": "what-should-we-build", "title": "What should we build next?", "kind": "feedback", "minutes": 3,
        "points": 60, "review": "reviewed", "days_ago": 40,
        "body": "Our product team reads every answer and writes back, here on this page.",
        "steps": [{"kind": "feedback", "data": {"question": "What would save you the most time?", "least": 30}}],
    },
    {
        "slug": "your-story-in-three-steps", "title": "Your story in three steps", "kind": "question", "minutes": 8,
        "points": 0, "pays": "steps", "review": "reviewed", "days_ago": 35, "prerequisites": {"done": 1},
        "body": "How it was, how it is, and a picture of where you work. We write it up and send it to you before "
        "anybody else sees it.",
        "steps": [
            {"kind": "question", "title": "How it was", "points": 60,
             "data": {"question": "What went wrong before, on an ordinary Tuesday?", "least": 40}},
            {"kind": "question", "title": "How it is", "points": 60,
             "data": {"question": "What is different now? A number helps.", "least": 40}},
            {"kind": "upload", "title": "Where you work", "points": 80,
             "data": {"question": "A photo of your desk, shop floor or view"}},
        ],
    },
    {
        "slug": "review-in-your-own-words", "title": "Write a review in your own words", "kind": "review",
        "minutes": 10, "points": 200, "review": "reviewed", "days_ago": 50,
        "body": "Say what you would tell a friend: what works, and what doesn’t. The points are the same either way.",
        "steps": [{"kind": "review", "data": {
            "site": "Peerboard", "url": "https://peerboard.example.org/lumenfield", "disclosure": REVIEWED}}],
    },
    {
        "slug": "try-the-new-board", "title": "Try the new planning board", "kind": "beta", "minutes": 1, "points": 40,
        "days_ago": 14, "body": "Three seats for four weeks. You use it for one real plan and tell us what you think.",
        "steps": [{"kind": "beta", "data": {
            "question": "The new planning board, four weeks from December", "seats": 3,
            "promise": "I will use it for one real plan and tell you what I think."}}],
    },
    {
        "slug": "the-word-on-stage", "title": "The word from the autumn evening", "kind": "code", "minutes": 1,
        "points": 75, "days_ago": 20, "body": "Dorothy hid a word in her talk. If you were there, you have it.",
        "steps": [{"kind": "code", "data": {"question": "The word from Dorothy’s talk", "codes": "LANTERN-TIDE"}}],
    },
    {
        "slug": "vote-for-the-award", "title": "Vote for Halcyon’s night shift", "kind": "link", "minutes": 1,
        "points": 15, "days_ago": 10, "cap_total": 200,
        "body": "They are up for the care award, with a plan made in Lumenfield. Thirty seconds, and they earned it.",
        "steps": [{"kind": "link", "data": {"url": "https://award.example.org/night-shift", "label": "Vote"}}],
    },
    {
        "slug": "meet-the-roadmap", "title": "Meet the roadmap with Dorothy", "kind": "hangout", "minutes": 45,
        "points": 150, "days_ago": 7, "after": ("whom-we-help-best",),
        "body": "Forty-five minutes, fifteen people, no slides. Bring the question you wouldn’t put in an e-mail.",
        "steps": [{"kind": "hangout", "data": {"hangout": "roadmap"}}],
    },
    {
        "slug": "winter-photo", "title": "Your place in winter", "kind": "upload", "minutes": 3, "points": 60,
        "review": "reviewed", "days_ago": 5, "opens_in": 9,
        "body": "Snow on the loading bay, tea on the desk: the best ones make the January postcard.",
        "steps": [{"kind": "upload", "data": {"question": "A winter photo from where you work"}}],
    },
)  # fmt: skip
REASONS = (
    ("sent_back", "Too short to use", "Thank you. Could you add what changed for you, with a number if there is one?"),
    ("sent_back", "Disclosure is missing", "Please add the sentence about the points, then send it again."),
    ("refused", "Not about us", "This is about another product. Nothing else of yours is touched by it."),
    ("refused", "Somebody else’s words", "These words are on another page already. Your own are welcome."),
)  # fmt: skip
ADA, MARGARET, EDSGER = "ada@example.com", "margaret@example.com", "edsger@example.com"
PRIYA, DECLAN = "priya.raman@analytical-engines.example.com", "declan.byrne@compiler-works.example.com"
CAMILLE, BEATRIZ = (
    "camille.laurent@orbit-foods.example.com",
    "beatriz.nogueira@tidewater-logistics.example.com",
)
ELIF, SOFIA = "elif.demir@halcyon-health.example.com", "sofia.andersson@vantage-partners.example.com"
NINA, JONAS = "nina.albrecht@lumenfield.example.com", "jonas.pfeiffer@tidewater-logistics.example.com"
EVERYBODY = (MARGARET, EDSGER, PRIYA, DECLAN, CAMILLE, BEATRIZ, ELIF, SOFIA, NINA, JONAS)
RIGHT = {"q0": "0", "q1": ["0", "2"], "q2": "0", "q3": "0"}
SPEAK = "A calendar that shows two teams next to each other. We print both and hold them against the window."
ANSWERS: tuple[dict[str, Any], ...] = (
    *({"slug": "tell-us-who-you-are", "by": by, "days_ago": 90 - 6 * n, "forms": [{}]}
      for n, by in enumerate((ADA, *EVERYBODY))),
    *({"slug": "whom-we-help-best", "by": by, "days_ago": 40 - 3 * n, "forms": [RIGHT]}
      for n, by in enumerate((ADA, MARGARET, PRIYA, ELIF, SOFIA, JONAS))),
    *({"slug": "how-are-we-doing", "by": by, "days_ago": 21 - 2 * n, "forms": [{"score": score, "reason": words}]}
      for n, (by, score, words) in enumerate((
          (ADA, "9", "It gave me my Fridays back."), (MARGARET, "10", "My clients stop asking where things are."),
          (CAMILLE, "6", "The app is slow in our cold store."), (BEATRIZ, "8", "Good, once the drivers had it."),
          (DECLAN, "7", "Solid. The export could be nicer.")))),
    *({"slug": "share-the-ward-story", "by": by, "days_ago": 6 - n, "forms": [{}]}
      for n, by in enumerate((MARGARET, PRIYA, NINA, SOFIA))),
    *({"slug": "try-the-new-board", "by": by, "days_ago": 9 - n, "forms": [{"agreed": "1"}]}
      for n, by in enumerate((BEATRIZ, PRIYA, JONAS, CAMILLE))),
    *({"slug": "vote-for-the-award", "by": by, "days_ago": 5 - n, "forms": [{}]}
      for n, by in enumerate((ELIF, EDSGER, DECLAN))),
    {"slug": "the-word-on-stage", "by": MARGARET, "days_ago": 18, "forms": [{"answer": "lantern tide"}]},
    {"slug": "what-should-we-build", "by": MARGARET, "days_ago": 12, "verdict": "approved",
     "words": "We took this into December’s list. Thank you.",
     "forms": [{"answer": "Guest access for my clients, so that they see their own plan and nobody else’s."}]},
    {"slug": "what-should-we-build", "by": ADA, "days_ago": 2, "forms": [{"answer": SPEAK}]},
    {"slug": "what-should-we-build", "by": PRIYA, "days_ago": 1.5, "forms": [
        {"answer": "A calendar that shows two teams next to each other. We print both and hold them to the window!"}]},
    {"slug": "what-should-we-build", "by": JONAS, "days_ago": 0.4, "forms": [
        {"answer": "Let me plan by lorry, not by person. Half of my people share one."}]},
    {"slug": "review-in-your-own-words", "by": ELIF, "days_ago": 20, "verdict": "approved", "hours": 9,
     "forms": [{"link": "https://peerboard.example.org/lumenfield/reviews/212", "disclosed": "1"}]},
    {"slug": "review-in-your-own-words", "by": SOFIA, "days_ago": 3, "forms": [
        {"link": "https://peerboard.example.org/lumenfield/reviews/231", "disclosed": "1"}]},
    {"slug": "review-in-your-own-words", "by": ADA, "days_ago": 4, "verdict": "sent_back",
     "words": "Lovely, thank you. Could you add the sentence about the points? Then it is complete.",
     "forms": [{"link": "https://peerboard.example.org/lumenfield/reviews/229", "disclosed": "1"}]},
    {"slug": "your-story-in-three-steps", "by": BEATRIZ, "days_ago": 2, "forms": [
        {"answer": "Tuesday is market day. Four drivers rang me for the same dock, and I had three docks."},
        {"answer": "They see the dock in the morning. I counted: eleven calls a day instead of sixty."}]},
)  # fmt: skip

ASKED, BUSY = (SOFIA, DECLAN), JONAS
STORY = (
    "You told me over lunch how it was before, and I laughed all the way home. Would you write it down? Three short "
    "answers and a photo; I make the rest of it."
)
AFTER_A_REVIEW = (
    "Thank you for the frank review. If somebody came to mind who fights with what you had: one name is enough, and I "
    "write to them only once."
)
