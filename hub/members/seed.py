"""The sample people: a cast to sign in as, their companies, and enough colleagues for a lively board."""

import datetime as dt

from hub.core import place, registry
from hub.members import queries
from hub.members.actions import add, companies_by_name
from hub.members.joining import actions as joining
from hub.members.joining import queries as codes
from hub.members.models import Company
from hub.members.names import handle_base
from hub.members.passwords import digest

PASSWORD = "hurrah-demo"  # noqa: S105 - public on purpose, and only for the sample people
OWN = "Lumenfield"
HUB = {
    "name": "Lumenfield Circle",
    "tagline": "Where Lumenfield's friends help each other win",
    "contact_name": "Grace Whitlock",
    "contact_email": "grace@example.com",
    "has_sample": True,
}
# Who to sign in as, and what they come for: shown by `hurrah seed demo` and on the sample's sign-in page.
DEMO_SIGN_INS = (
    ("ada@example.com", "advocate, customer: refers people, earns points"),
    ("linus@example.com", "newcomer: nothing done yet"),
    ("margaret@example.com", "advocate, partner"),
    ("edsger@example.com", "advocate, employee"),
    ("grace@example.com", "community manager"),
    ("katherine@example.com", "sales rep"),
    ("dorothy@example.com", "executive host"),
    ("root@example.com", "admin"),
)
registry.sign_ins[:] = [
    "Sign in as one of these, each with the password hurrah-demo:",
    *(f"  {email:24} {what}" for email, what in DEMO_SIGN_INS),
]
registry.sign_ins[:] = [
    f"Sign in with the password {PASSWORD} as",
    *(f"  {email:23} {says}" for email, says in DEMO_SIGN_INS),
]
CAST = (
    # e-mail, name, type, company, title, roles
    ("ada", "Ada Marlowe", "customer", "Analytical Engines", "Head of Operations", ("advocate",)),
    ("linus", "Linus Bergqvist", "customer", "Orbit Foods", "Systems Lead", ("advocate",)),
    ("margaret", "Margaret Okafor", "partner", "Compiler Works", "Managing Partner", ("advocate",)),
    ("edsger", "Edsger van Dalen", "employee", OWN, "Solutions Engineer", ("advocate",)),
    ("grace", "Grace Whitlock", "employee", OWN, "Community Manager", ("manager",)),
    ("katherine", "Katherine Juarez", "employee", OWN, "Account Executive", ("rep",)),
    ("dorothy", "Dorothy Lindqvist", "employee", OWN, "Chief Product Officer", ("host",)),
    ("root", "Robin Root", "employee", OWN, "Hub Operator", ("admin",)),
    ("mary", "Mary Castellanos", "employee", OWN, "Account Executive", ("rep",)),
    ("annie", "Annie Falk", "employee", OWN, "Senior Account Executive", ("rep",)),
)
COMPANIES = {
    # name: (its rep, its people)
    "Analytical Engines": (
        "katherine",
        "Priya Raman; Tobias Engel; Inês Carvalho; Marcus Oyelaran; Hana Sato",
    ),
    "Compiler Works": ("katherine", "Declan Byrne; Lucía Ferrer; Owen Achterberg; Nadia Haddad"),
    "Orbit Foods": ("mary", "Camille Laurent; Dmitri Volkov; Sara Lindholm; Kwame Mensah"),
    "Tidewater Logistics": (
        "katherine",
        "Beatriz Nogueira; Jonas Pfeiffer; Aisha Rahman; Callum Reid; Mei-Ling Zhou",
    ),
    "Halcyon Health": ("mary", "Elif Demir; Patrick O'Shea; Yuki Tanabe; Rosa Delgado"),
    "Fernbrook Schools": ("annie", "Grace Adeyemi; Henrik Solberg; Lena Fischer; Samir Patel"),
    "Copperline Energy": ("katherine", "Zofia Nowak; Andre Baptiste; Ingrid Haugen; Theo Papadakis"),
    "Mosaic Insurance": ("annie", "Noor El-Sayed; William Tran; Chiara Bellini; Oskar Lund"),
    "Quillback Press": ("mary", "Joana Moreira; Felix Brandt; Amara Nwosu"),
    "Sablewood Furniture": ("annie", "Ruth Levi; Pavel Horák; Simone Duarte; Kenji Mori"),
    "Northgate Transit": ("katherine", "Leila Farahani; Gustav Ek; Martha Kamau; Ian Forsyth"),
    "Pearl Street Bank": ("mary", "Valentina Rossi; Ahmed Khalil; Bridget Nolan; Jun Park"),
    "Juniper Robotics": ("annie", "Viktor Lang; Daniela Cruz; Emeka Obi"),
    "Vantage Partners": ("katherine", "Sofia Andersson; Rafael Teixeira; Clara Weiss"),
    "Brightpath Consulting": ("mary", "Milan Kovač; Abigail Stone; Hiroshi Endo"),
    OWN: (None, "Nina Albrecht; Oliver Grant; Fatima Zahra Idrissi; Leo Marchetti"),
}
PARTNERS = {"Compiler Works", "Vantage Partners", "Brightpath Consulting"}
TITLES = (
    "Operations Manager", "Data Analyst", "IT Lead", "Product Owner", "Head of Finance", "Programme Director",
    "Customer Success Lead", "Platform Engineer", "Procurement Manager", "Marketing Lead",
)  # fmt: skip


@registry.seed(10, "members")
def plant(*, now: dt.datetime) -> None:
    """The hub's name, the companies and the people. What is there already stays as it is."""
    if not place.place(fresh=True).has_sample:
        place.settle(**HUB)
    companies = companies_by_name(COMPANIES, now)
    for name, found in companies.items():
        found.domain = found.domain or f"{handle_base(name)}.example.com"
    _people(companies, now)
    _owners(companies)
    _door(now)


def _door(now: dt.datetime) -> None:
    """Everybody is shown how to join, until a manager decides otherwise."""
    if codes.by_word("circle") is not None:
        return
    grace = queries.find("grace@example.com")
    by_id = grace.id if grace else None
    code = joining.make("Friends of Lumenfield", alias="circle", tag="came-by-myself", by_id=by_id, now=now)
    joining.set_door("open", code.id, by_id=by_id, now=now)


def _people(companies: dict[str, Company], now: dt.datetime) -> None:
    start = now - dt.timedelta(days=400)
    kept = digest(PASSWORD)  # one for all of them: the password is public, and hashing is slow on purpose
    for number, (email, name, kind, company, title, roles) in enumerate(_everyone()):
        if queries.find(email) is not None:
            continue
        joined = start + dt.timedelta(days=number * 5, hours=number % 9)
        joined = now - dt.timedelta(days=1) if email.startswith("linus@") else joined
        member = add(
            email,
            name=name,
            now=joined,
            roles=roles,
            type=kind,
            company_id=companies[company].id,
            title=title,
        )
        member.password_hash = kept


Person = tuple[str, str, str, str, str, tuple[str, ...]]


def _everyone() -> list[Person]:
    people: list[Person] = [
        (f"{local}@example.com", name, kind, company, title, roles)
        for local, name, kind, company, title, roles in CAST
    ]
    number = 0
    for company, (_rep, names) in COMPANIES.items():
        kind = "employee" if company == OWN else "partner" if company in PARTNERS else "customer"
        for name in names.split("; "):
            email = f"{handle_base(name).replace('-', '.')}@{handle_base(company)}.example.com"
            people.append((email, name, kind, company, TITLES[number % len(TITLES)], ("advocate",)))
            number += 1
    return people


def _owners(companies: dict[str, Company]) -> None:
    for name, (rep, _names) in COMPANIES.items():
        owner = queries.find(f"{rep}@example.com") if rep else None
        if owner is not None and companies[name].owner_id is None:
            companies[name].owner_id = owner.id
