"""Every page × everybody × state. A page that is not in the matrix fails the test.

Each cell is the status that person is answered. What one may not see answers exactly like
what does not exist, and whoever did not sign in is led to sign in: a token opens no page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from app import models as m
from app.deps import clock
from app.main import create_app, declared
from app.settings import Settings
from tests.api.conftest import Api, category_id
from tests.cast import PASSWORD, assemble
from tests.databases import SqliteTemplates
from tests.factories import a_service
from tests.scene import (
    DEPOSITED,
    DRAFT,
    EVERYBODY,
    RESTRICTED,
    Scene,
    announce,
    refused_first,
)
from tests.web.conftest import Reader, Visitors
from tests.web.markup import found
from tests.web.story import Story

NOT_SIGNED_IN = ("reading_token", "elsewhere_token", None)
COUNSEL = ("producing_counsel", "requesting_counsel", "third_counsel")
ASSISTANTS = ("producing_assistant", "requesting_assistant")

OPEN = dict.fromkeys(EVERYBODY, 200)
OPEN_FORM = dict.fromkeys(EVERYBODY, 303)
OPEN_ABSENT = dict.fromkeys(EVERYBODY, 404)
SIGNED_IN = OPEN | dict.fromkeys(NOT_SIGNED_IN, 303)
SIGNED_IN_FORM = OPEN_FORM | dict.fromkeys(NOT_SIGNED_IN, 401)
# 404 where the role could do it somewhere, but not here; 403 where it can do it nowhere.
READ = SIGNED_IN | {
    "clerk_elsewhere": 404,
    "counsel_elsewhere": 404,
    **dict.fromkeys(("administrator", "auditor", "nobody_yet"), 403),
}
OWN = READ | {"clerk": 404, "requesting_assistant": 404} | dict.fromkeys(COUNSEL[1:], 404)
RECORD = READ | dict.fromkeys(ASSISTANTS, 403)
# Counsel record an objection or a dispute; every other kind is the clerk's.
RECORD_SERVICE = RECORD | dict.fromkeys(COUNSEL, 403)
PREVIEW = RECORD | dict.fromkeys(NOT_SIGNED_IN, 401)
CONFIRM = PREVIEW | dict.fromkeys(("clerk", *COUNSEL), 303)
PREVIEW_SERVICE = PREVIEW | dict.fromkeys(COUNSEL, 403)
CONFIRM_SERVICE = PREVIEW_SERVICE | {"clerk": 303}

# To be in charge of an order is for clerks of its court alone.
CHARGE = PREVIEW | dict.fromkeys((*COUNSEL, *ASSISTANTS, "counsel_elsewhere"), 403) | {"clerk": 303}

AWAITING, SERVED, ENDED = "awaiting", "served", "ended"
ORDERS = (AWAITING, SERVED, ENDED)
DISPUTED, SERVICE, SEEN, DONE = "a dispute", "a service", "previewed", "confirmed"
ANY = ""
EMPTY = "empty"
# A court's closed days: whoever sees the court reads them, its clerk alone changes them.
CLOSED_DAYS = SIGNED_IN | {"clerk_elsewhere": 404, "nobody_yet": 404}
CLOSE = {
    **dict.fromkeys(EVERYBODY, 403),
    "clerk": 200,
    "clerk_elsewhere": 404,
    **dict.fromkeys(NOT_SIGNED_IN, 401),
}
WITHDRAW = CLOSE | {"clerk": 404}
# Counsel record some events somewhere, so their refusal looks at the place.
DECIDE = CLOSE | dict.fromkeys((*COUNSEL, "counsel_elsewhere"), 404)

# A matter and an order are registered by a clerk of the court, and referred to anew by one.
REGISTER = SIGNED_IN | {
    **dict.fromkeys((r for r in EVERYBODY if r not in NOT_SIGNED_IN), 403),
    "clerk": 200,
    "clerk_elsewhere": 404,
}
REGISTER_FORM = REGISTER | dict.fromkeys(NOT_SIGNED_IN, 401)

# A court's people: its administrator's to change, its clerk's to read and to let counsel in.
PEOPLE = REGISTER | {"administrator": 200}
PEOPLE_FORM = PEOPLE | dict.fromkeys(NOT_SIGNED_IN, 401)
ACCOUNT_WRONG = dict.fromkeys(EVERYBODY, 422) | dict.fromkeys(NOT_SIGNED_IN, 401)
ACCOUNT_ABSENT = dict.fromkeys(EVERYBODY, 404) | dict.fromkeys(NOT_SIGNED_IN, 401)

Row = dict[str | None, int]
# A party's own draft: whoever drafts somewhere is told it is absent, all others that they may not.
DRAFTING = OWN | dict.fromkeys(
    ("clerk", "clerk_elsewhere", "administrator", "auditor", "nobody_yet"), 403
)
DRAFTING_FORM = DRAFTING | dict.fromkeys(NOT_SIGNED_IN, 401)
SEEN_DRAFTING = DRAFTING | dict.fromkeys(COUNSEL[1:], 403) | {"requesting_assistant": 403}
# Once deposited, the other side sees it, and nobody changes it.
CLOSED = SEEN_DRAFTING | dict.fromkeys(("producing_counsel", "producing_assistant"), 409)
CLOSED_FORM = CLOSED | dict.fromkeys(NOT_SIGNED_IN, 401)
DEPOSITING = DRAFTING_FORM | dict.fromkeys(ASSISTANTS, 403)
# What is wrong in the form itself is told to whoever may send it.
WRONG: Row = {"producing_counsel": 422, "producing_assistant": 422}

PRODUCING = ("producing_counsel", "producing_assistant")
# What a page's script asks, with the session's token in a header; it is answered in JSON.
SCRIPTS = ("/productions/{production_id}/uploads", "/uploads/{upload_id}")
SPOKEN = {
    "Tus-Resumable": "1.0.0",
    "Upload-Length": "5",
    "Upload-Metadata": "filename Zi5wZGY=",
    "Upload-Offset": "0",
    "Content-Type": "application/offset+octet-stream",
}

PAGES: dict[tuple[str, str], dict[str, Row]] = {
    ("GET", "/"): {ANY: SIGNED_IN},
    ("GET", "/obligations.csv"): {
        ANY: SIGNED_IN | dict.fromkeys(("administrator", "auditor", "nobody_yet"), 403)
    },
    ("GET", "/obligations/{obligation_id}"): {ANY: READ},
    ("POST", "/orders/{order_id}/charge"): {ANY: CHARGE},
    ("POST", "/seen"): {
        ANY: SIGNED_IN_FORM | dict.fromkeys(("administrator", "auditor", "nobody_yet"), 403)
    },
    ("GET", "/health"): {ANY: OPEN},
    ("GET", "/deadlines"): {ANY: OPEN},
    ("GET", "/rules"): {ANY: OPEN},
    ("GET", "/rules/{pack_id}"): {ANY: OPEN},
    ("GET", "/calendars"): {ANY: OPEN},
    ("GET", "/calendars/{calendar_code}"): {ANY: OPEN},
    ("GET", "/sign-in"): {ANY: OPEN},
    ("POST", "/sign-in"): {ANY: OPEN_FORM},
    ("POST", "/sign-out"): {ANY: SIGNED_IN_FORM},
    ("POST", "/language"): {ANY: OPEN_FORM},
    ("GET", "/orders/{order_id}"): dict.fromkeys(ORDERS, READ),
    ("GET", "/orders/new"): {ANY: REGISTER | {"clerk_elsewhere": 200}},
    ("GET", "/matters/new"): {ANY: REGISTER | {"clerk_elsewhere": 200}},
    ("POST", "/matters/new"): {ANY: REGISTER_FORM | {"clerk": 422, "clerk_elsewhere": 422}},
    ("GET", "/matters/{matter_id}/orders/new"): {ANY: REGISTER},
    ("POST", "/matters/{matter_id}/orders/new"): {ANY: REGISTER_FORM},
    ("GET", "/matters/{matter_id}/change"): {ANY: REGISTER},
    ("POST", "/matters/{matter_id}/change"): {ANY: REGISTER_FORM},
    ("GET", "/orders/{order_id}/change"): {AWAITING: REGISTER},
    ("POST", "/orders/{order_id}/change"): {AWAITING: REGISTER_FORM | {"clerk": 303}},
    ("GET", "/orders/{order_id}/events/new"): {
        **dict.fromkeys(ORDERS, RECORD),
        f"{AWAITING}: {SERVICE}": RECORD_SERVICE,
        f"{AWAITING}: {DISPUTED}": RECORD,
    },
    ("POST", "/orders/{order_id}/events/new"): {
        **{f"{state}: {DISPUTED} {SEEN}": PREVIEW for state in ORDERS},
        **{f"{state}: {DISPUTED} {DONE}": CONFIRM for state in ORDERS},
        f"{AWAITING}: {SERVICE} {SEEN}": PREVIEW_SERVICE,
        f"{AWAITING}: {SERVICE} {DONE}": CONFIRM_SERVICE,
    },
    ("GET", "/events/{event_id}/files/{file_id}"): {ANY: READ},
    ("POST", "/orders/{order_id}/attestations"): {
        ANY: DRAFTING_FORM
        | dict.fromkeys((*COUNSEL, *ASSISTANTS, "counsel_elsewhere"), 403)
        | {"clerk": 303, "clerk_elsewhere": 404},
    },
    **{
        ("GET", "/attestations/{attestation_id}" + paper): {ANY: READ}
        for paper in ("", "/attestation.json", "/attestation.pdf")
    },
    ("GET", "/courts/{code}/closures"): {ANY: CLOSED_DAYS},
    ("POST", "/courts/{code}/closures"): {ANY: CLOSE},
    ("GET", "/courts/{code}/closures/{closure_id}/withdrawal"): {
        ANY: WITHDRAW | dict.fromkeys(NOT_SIGNED_IN, 303)
    },
    ("POST", "/courts/{code}/closures/{closure_id}/withdrawal"): {ANY: WITHDRAW},
    **{
        ("GET", f"/courts/{{code}}/statistics{paper}"): {
            ANY: CLOSE | {"clerk": 200} | dict.fromkeys(NOT_SIGNED_IN, 303)
        }
        for paper in ("", ".csv")
    },
    **{
        ("GET", f"/statistics{paper}"): {
            ANY: CLOSE
            | dict.fromkeys(("clerk", "clerk_elsewhere"), 200)
            | dict.fromkeys(NOT_SIGNED_IN, 303)
        }
        for paper in ("", ".csv")
    },
    ("GET", "/courts/{code}/law-changes"): {ANY: DECIDE | dict.fromkeys(NOT_SIGNED_IN, 303)},
    ("POST", "/courts/{code}/law-changes"): {ANY: DECIDE | {"clerk": 303}},
    ("GET", "/orders/{order_id}/productions"): {ANY: READ},
    ("POST", "/orders/{order_id}/productions"): {
        ANY: DRAFTING_FORM
        | dict.fromkeys(("producing_counsel", "producing_assistant"), 303)
        | dict.fromkeys(("requesting_counsel", "third_counsel", "requesting_assistant"), 403)
    },
    ("GET", "/productions/{production_id}"): {DRAFT: OWN, DEPOSITED: READ, RESTRICTED: READ},
    ("POST", "/productions/{production_id}/exhibits"): {
        DRAFT: DRAFTING_FORM | dict.fromkeys(("producing_counsel", "producing_assistant"), 400),
        DEPOSITED: CLOSED_FORM,
    },
    ("GET", "/exhibits/{exhibit_id}"): {DRAFT: DRAFTING, DEPOSITED: CLOSED},
    ("POST", "/exhibits/{exhibit_id}"): {DRAFT: DRAFTING_FORM | WRONG, DEPOSITED: CLOSED_FORM},
    ("GET", "/productions/{production_id}/answers/{category_id}"): {
        DRAFT: DRAFTING,
        DEPOSITED: CLOSED,
    },
    ("POST", "/productions/{production_id}/answers/{category_id}"): {
        DRAFT: DRAFTING_FORM | WRONG,
        DEPOSITED: CLOSED_FORM,
    },
    ("GET", "/productions/{production_id}/withheld"): {DRAFT: DRAFTING, DEPOSITED: CLOSED},
    ("POST", "/productions/{production_id}/withheld"): {
        DRAFT: DRAFTING_FORM | WRONG,
        DEPOSITED: CLOSED_FORM,
    },
    # Whoever drafts and sees the deposit is led to its receipt.
    ("GET", "/productions/{production_id}/deposit"): {
        DRAFT: DRAFTING,
        DEPOSITED: SEEN_DRAFTING | dict.fromkeys((*COUNSEL, *ASSISTANTS), 303),
    },
    ("POST", "/productions/{production_id}/deposit"): {
        EMPTY: DEPOSITING | {"producing_counsel": 422},
        DEPOSITED: DEPOSITING | dict.fromkeys(COUNSEL, 303),
    },
    ("GET", "/productions/{production_id}/receipt"): {
        DRAFT: OWN | dict.fromkeys(("producing_counsel", "producing_assistant"), 409),
        DEPOSITED: READ,
        RESTRICTED: READ,
    },
    ("GET", "/productions/{production_id}/receipt.json"): {
        DRAFT: OWN | dict.fromkeys(("producing_counsel", "producing_assistant"), 409),
        DEPOSITED: READ,
        RESTRICTED: READ,
    },
    ("GET", "/productions/{production_id}/receipt.pdf"): {
        DRAFT: OWN | dict.fromkeys(("producing_counsel", "producing_assistant"), 409),
        DEPOSITED: READ,
        RESTRICTED: READ,
    },
    ("GET", "/productions/{production_id}/bordereau.pdf"): {DRAFT: OWN, DEPOSITED: READ},
    ("GET", "/productions/{production_id}/bordereau.csv"): {DRAFT: OWN, DEPOSITED: READ},
    ("POST", "/productions/{production_id}/selection"): {
        DRAFT: DRAFTING_FORM | WRONG,
        DEPOSITED: CLOSED_FORM,
    },
    **{
        ("GET", "/productions/{production_id}" + sheet): {DRAFT: DRAFTING, DEPOSITED: CLOSED}
        for sheet in ("/placing", "/placing.csv", "/numbering")
    },
    ("POST", "/productions/{production_id}/bates"): {
        DRAFT: DRAFTING_FORM | WRONG,
        DEPOSITED: CLOSED_FORM,
    },
    ("POST", "/productions/{production_id}/skips"): {
        DRAFT: DRAFTING_FORM | dict.fromkeys(PRODUCING, 303),
        DEPOSITED: CLOSED_FORM,
    },
    ("POST", "/productions/{production_id}/placing"): {
        DRAFT: DRAFTING_FORM | dict.fromkeys(PRODUCING, 400),
        DEPOSITED: CLOSED_FORM,
    },
    ("POST", "/productions/{production_id}/placing/confirm"): {
        DRAFT: DRAFTING_FORM | WRONG,
        DEPOSITED: CLOSED_FORM,
    },
    ("POST", "/productions/{production_id}/uploads"): {
        DRAFT: DRAFTING_FORM | dict.fromkeys(PRODUCING, 201),
        DEPOSITED: CLOSED_FORM,
    },
    # An upload is a draft's: no other party ever learns of it, deposited or not.
    ("HEAD", "/uploads/{upload_id}"): dict.fromkeys((DRAFT, DEPOSITED), DRAFTING_FORM),
    ("GET", "/uploads/{upload_id}"): dict.fromkeys((DRAFT, DEPOSITED), DRAFTING_FORM),
    ("PATCH", "/uploads/{upload_id}"): {
        DRAFT: DRAFTING_FORM | dict.fromkeys(PRODUCING, 204),
        DEPOSITED: DRAFTING_FORM | dict.fromkeys(PRODUCING, 409),
    },
    ("DELETE", "/uploads/{upload_id}"): {
        DRAFT: DRAFTING_FORM | dict.fromkeys(PRODUCING, 204),
        DEPOSITED: DRAFTING_FORM | dict.fromkeys(PRODUCING, 409),
    },
    ("GET", "/owed"): {
        ANY: SIGNED_IN
        | dict.fromkeys(("clerk", "clerk_elsewhere", "administrator", "auditor", "nobody_yet"), 403)
    },
    # One's own account is for whoever is signed in; the forms of this test are wrong ones.
    ("GET", "/account"): {ANY: SIGNED_IN},
    ("POST", "/account/profile"): {ANY: ACCOUNT_WRONG},
    ("POST", "/account/password"): {ANY: ACCOUNT_WRONG},
    ("POST", "/account/second-step"): {ANY: ACCOUNT_WRONG},
    ("POST", "/account/second-step/change"): {ANY: ACCOUNT_WRONG},
    ("POST", "/account/second-step/start"): {ANY: SIGNED_IN_FORM},
    ("GET", "/account/second-step"): {ANY: SIGNED_IN},
    ("POST", "/account/sign-ins/end"): {ANY: ACCOUNT_ABSENT},
    ("POST", "/account/tokens"): {ANY: ACCOUNT_WRONG},
    ("POST", "/account/tokens/{token_id}/revocation"): {ANY: ACCOUNT_ABSENT},
    ("GET", "/notifications"): {ANY: SIGNED_IN},
    ("POST", "/notifications/read"): {ANY: SIGNED_IN_FORM},
    ("GET", "/notifications/settings"): {ANY: SIGNED_IN},
    ("POST", "/notifications/settings"): {ANY: ACCOUNT_WRONG},
    ("GET", "/accessibility"): {ANY: OPEN},
    # Without the password's half there is nothing to give a code for, nor a link to follow.
    ("GET", "/sign-in/code"): {ANY: OPEN_FORM},
    ("POST", "/sign-in/code"): {ANY: OPEN_FORM},
    ("GET", "/invitations/{secret}"): {ANY: OPEN_ABSENT},
    ("POST", "/invitations/{secret}"): {ANY: OPEN_ABSENT},
    ("GET", "/courts/{code}/people"): {ANY: PEOPLE},
    ("POST", "/courts/{code}/people"): {ANY: PEOPLE_FORM | {"administrator": 422, "clerk": 422}},
    ("POST", "/courts/{code}/people/change"): {
        ANY: PEOPLE_FORM | {"administrator": 404, "clerk": 404}
    },
    ("GET", "/matters/{matter_id}/people"): {ANY: REGISTER},
    ("POST", "/matters/{matter_id}/people"): {ANY: REGISTER_FORM | {"clerk": 422}},
    ("POST", "/matters/{matter_id}/people/change"): {ANY: REGISTER_FORM | {"clerk": 404}},
    ("GET", "/verify"): {ANY: OPEN},
    ("POST", "/verify"): {ANY: OPEN},
    ("GET", "/verify.py"): {ANY: OPEN},
    ("GET", "/keys.json"): {ANY: OPEN},
    ("GET", "/exhibits/{exhibit_id}/content"): {DRAFT: OWN, DEPOSITED: READ, RESTRICTED: OWN},
    ("GET", "/exhibits/{exhibit_id}/view"): {DRAFT: OWN, DEPOSITED: READ, RESTRICTED: OWN},
    # The scene's files are no real PDFs: nothing of them is shown.
    ("GET", "/exhibits/{exhibit_id}/shown"): {
        state: READ | dict.fromkeys(("clerk", *COUNSEL, *ASSISTANTS), 404)
        for state in (DRAFT, DEPOSITED, RESTRICTED)
    },
    # They are no PDFs either: who may have a copy made is told why there is none.
    ("POST", "/exhibits/{exhibit_id}/stamped"): {
        DRAFT: DRAFTING_FORM | WRONG,
        DEPOSITED: SEEN_DRAFTING | dict.fromkeys(NOT_SIGNED_IN, 401) | WRONG,
    },
    ("GET", "/exhibits/{exhibit_id}/stamped"): {
        state: READ | dict.fromkeys(("clerk", *COUNSEL, *ASSISTANTS), 404)
        for state in (DRAFT, DEPOSITED, RESTRICTED)
    },
    ("GET", "/orders/{order_id}/produced"): dict.fromkeys(ORDERS, READ),
    ("GET", "/orders/{order_id}/take.zip"): {ANY: READ},
    ("GET", "/orders/{order_id}/gaps"): dict.fromkeys(ORDERS, READ),
    ("GET", "/orders/{order_id}/gaps.csv"): {ANY: READ},
    ("GET", "/observations"): {ANY: SIGNED_IN},
    ("GET", "/orders/{order_id}/observations"): dict.fromkeys(ORDERS, READ),
    ("POST", "/orders/{order_id}/observations"): {
        ANY: PREVIEW | {"clerk": 403, "clerk_elsewhere": 403} | dict.fromkeys(COUNSEL, 303)
    },
    ("POST", "/observations/{observation_id}/withdrawal"): {
        ANY: PREVIEW | {"clerk": 403, "clerk_elsewhere": 403} | dict.fromkeys(COUNSEL, 404)
    },
}
NO_ROW = (
    "{page} has no row in PAGES of tests/web/test_access_matrix.py. Say there what each of "
    "the cast is answered, in every state that what it shows can be in: nobody may meet a "
    "page of which nobody said who may see it."
)
NO_PAGE = "{page} has a row in PAGES of tests/web/test_access_matrix.py, and is no page any more."
ABSENT = "00000000-0000-4000-8000-000000000000"


class Stage(Scene):
    """The scene of both matrices, with an order in each state, seen in a browser."""

    def __init__(self, service: FastAPI, api: Api) -> None:
        super().__init__(api)
        self.service = service
        self.readers: dict[str | None, Reader] = {}
        self.orders = {AWAITING: self.order, SERVED: api.served(), ENDED: api.served()}
        self.productions[EMPTY] = api.draft(self.order)
        ended = {"kind": "withdrawal", "effective_on": "2021-08-02", "reason": "Désistement"}
        api.made(f"/orders/{self.orders[ENDED]['id']}/events", ended)
        with service.state.database.reading() as session:
            owed = select(m.Obligation.id).where(m.Obligation.order_id == UUID(self.order["id"]))
            self.obligation = session.scalars(owed).first()
        self.visitors = Visitors(
            service,
            Story(
                cast=api.cast,
                order=UUID(self.orders[SERVED]["id"]),
                awaiting=UUID(self.order["id"]),
                draft=UUID(self.productions[DRAFT]["id"]),
                exhibit=UUID(self.exhibits[DEPOSITED]["id"]),
            ),
        )

    def reader(self, role: str | None) -> Reader:
        """One of the cast at a browser; who has no session yet has a visitor's form token."""
        if role not in NOT_SIGNED_IN:
            return self.visitors(role)
        reader = self.visitors(None, headers=self.api.cast.headers(role))
        reader.csrf = _form_token(reader)
        return reader

    def address(
        self,
        template: str,
        state: str,
        order_id: str = "",
        exhibit_id: str = "",
        production_id: str = "",
    ) -> str:
        """The address of what is in that state, or of what bears the identifiers given."""
        where, _, what = state.partition(": ")
        order_id = order_id or self.orders.get(where, self.order)["id"]
        exhibit_id = exhibit_id or self.exhibits.get(where, self.exhibits[DEPOSITED])["id"]
        path = template.format(
            order_id=order_id,
            exhibit_id=exhibit_id,
            production_id=production_id
            or self.productions.get(where, self.productions[DEPOSITED])["id"],
            upload_id=ABSENT if exhibit_id == ABSENT else self.upload(template, where),
            category_id=category_id(self.order, "1"),
            obligation_id=ABSENT if order_id == ABSENT else self.obligation,
            matter_id=ABSENT if order_id == ABSENT else self.api.cast.matter.id,
            pack_id="fr-civil",
            calendar_code="FR",
            code="no-such-court" if order_id == ABSENT else "tj-paris",
            closure_id=ABSENT,
            attestation_id=ABSENT if order_id == ABSENT else self.attested(template),
            observation_id=ABSENT,
            token_id=ABSENT,
            secret="no-such-link",
            **(
                dict.fromkeys(("event_id", "file_id"), ABSENT)
                if order_id == ABSENT
                else self.filed(template)
            ),
        )
        return path + {SERVICE: "?kind=service", DISPUTED: "?kind=dispute"}.get(what, "")

    def upload(self, template: str, state: str) -> str:
        """An upload in that state; in a draft a new one each time, for one can be given up."""
        if "{upload_id}" not in template:
            return ""
        if state == DRAFT:
            counsel = self.api.by("producing_counsel")
            location = announce(counsel, self.productions[DRAFT]).headers["Location"]
        else:
            location = self.uploads[state]
        return str(location).rsplit("/", 1)[1]

    def form(self, template: str, state: str) -> dict[str, Any]:
        """What a browser would send: nothing in it but access would be refused."""
        if template == "/sign-in":
            return {"email": "clerk@example.org", "password": PASSWORD, "next": "/"}
        if template == "/language":
            return {"language": "en", "next": "/"}
        if template == "/sign-out":
            return {}
        if template == "/orders/{order_id}/charge":
            return {"act": "take", "next": "/"}
        if template == "/seen":
            return {"until": "2021-09-20T10:00:00+02:00"}
        if template.startswith(("/account/", "/notifications", "/invitations/", "/sign-in/")):
            return {"sign_in": ABSENT, "name": ""}
        if template.endswith("/people/change"):
            return {"id": ABSENT, "act": "end"}
        if template.startswith("/courts/"):
            return {"on": "2030-01-03", "kind": "office_closed", "name": "Fermeture",
                    "source": "Ordonnance", "reason": "Ouvert", "decision": "ignore",
                    "order_id": self.order["id"]}  # fmt: skip
        if template == "/matters/{matter_id}/change":
            return {"act": "more-parties"}
        if template.startswith("/matters/"):
            return {"act": "compute", "step": "terms", "categories": "1"}
        if template == "/orders/{order_id}/change":
            return {"title": "Ordonnance", "version": str(self.version(state))}
        if template == "/verify":
            return {"digest": "0" * 64, "sha256": ""}
        if "observation" in template:
            return {"about": f"category {category_id(self.order, '1')}", "text": "Incomplet",
                    "reason": "Reçu"}  # fmt: skip
        if template == "/orders/{order_id}/productions":
            return {"party_id": str(self.api.cast.obligor), "title": "Communication"}
        if template.startswith(("/productions/", "/exhibits/")):
            return {"version": "1"}
        if template.endswith("/attestations"):
            return {"as_of": "2021-09-14"}
        where, _, what = state.partition(": ")
        if what.startswith(SERVICE):
            # A further one, for only the first of two regular ones is taken.
            said = a_service(self.api.cast.obligor) | {"further": "true"}
        else:
            said = {"kind": "dispute", "effective_on": "2021-09-20", "dispute_text": "Incomplet",
                    "reason": "Conclusions"}  # fmt: skip
        act = {"act": "confirm"} if what.endswith(DONE) else {}
        return said | act | {"version": str(self.version(where)), "seen": "99"}

    def version(self, state: str) -> int:
        """At which version the order is now."""
        with self.service.state.database.reading() as session:
            of = select(m.Order.version).where(m.Order.id == UUID(self.orders[state]["id"]))
            return int(session.scalars(of).one())

    def ask(self, role: str | None, method: str, address: str, form: dict[str, Any]) -> Any:
        """The answer, redirects not followed."""
        if address.startswith(("/sign-", "/invitations/")):
            # These end a session, or are tied to a visitor: they have one of their own.
            reader = self.reader(role)
        else:
            reader = self.readers.get(role) or self.reader(role)
            self.readers[role] = reader
        if role not in NOT_SIGNED_IN and address == "/account/second-step":
            # There is something to confirm once it was begun, which may be done again.
            reader.post("/account/second-step/start", {})
        if role in NOT_SIGNED_IN and address == "/verify":
            reader.csrf = _form_token(reader)
        if address.startswith(("/sign-in", "/invitations/")):
            # Their forms are tied to the visitor, not to a session that there may be already.
            reader.csrf = _form_token(reader)
        if address.endswith("/uploads") or address.startswith("/uploads/"):
            return reader.script(method, address, SPOKEN)
        return reader.get(address) if method == "GET" else reader.post(address, form)


def _form_token(reader: Reader) -> str:
    page = reader.get("/sign-in").text.partition('action="/sign-in"')[2]
    return found(r'name="csrf" value="(\w+)"', page)


@pytest.fixture(scope="module")
def stage(
    sqlite_templates: SqliteTemplates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """One for all cells: those who are refused change nothing, and who may may do it again."""
    folder = tmp_path_factory.mktemp("stage")
    service = create_app(
        Settings(
            database_url=sqlite_templates.create(folder),
            data_dir=folder,
            public_url="http://testserver",
            sandbox=True,
            sign_in_attempts=1000,
        )
    )
    cast = assemble(service.state.database, clock())
    api = Api(TestClient(service), cast, now="2021-09-20T10:00:00+02:00")
    yield Stage(service, api)
    service.state.inspectors.close()
    service.state.press.close()
    service.state.store.close()
    service.state.database.close()


CELLS = [
    pytest.param(method, template, state, row, id=" ".join(filter(None, (method, template, state))))
    for (method, template), states in PAGES.items()
    for state, row in states.items()
]


@pytest.mark.parametrize(("method", "template", "state", "row"), CELLS)
def test_each_is_answered_as_the_matrix_says(
    stage: Stage, method: str, template: str, state: str, row: Row
) -> None:
    answered = {}
    for role in refused_first(row):
        form = stage.form(template, state) if method == "POST" else {}
        address = stage.address(template, state)
        answered[role] = stage.ask(role, method, address, form).status_code
    assert answered == row


@pytest.mark.parametrize(
    ("method", "template", "state", "row"), [c for c in CELLS if "{" in str(c.values[1])]
)
def test_what_one_may_not_see_answers_exactly_like_what_does_not_exist(
    stage: Stage, method: str, template: str, state: str, row: Row
) -> None:
    seen = _seen(template, state, row)
    for role in (r for r in EVERYBODY if seen[r] >= 400 or r in NOT_SIGNED_IN):
        form = stage.form(template, state) if method == "POST" else {}
        there = stage.address(template, state)
        nowhere = stage.address(template, state, ABSENT, ABSENT, ABSENT)
        hidden = stage.ask(role, method, there, form)
        absent = stage.ask(role, method, nowhere, form)
        assert hidden.status_code == absent.status_code == row[role]
        assert set(hidden.headers) == set(absent.headers)
        assert _of(hidden, there) == _of(absent, nowhere)


def _seen(template: str, state: str, row: Row) -> Row:
    """Who sees what the page is about: some of them may still not do what it does."""
    if template.startswith("/uploads/"):
        return OWN
    if template.startswith("/productions/"):
        return READ if state in (DEPOSITED, RESTRICTED) else OWN
    if template.startswith("/exhibits/"):
        return READ if state == DEPOSITED else OWN
    if template == "/orders/{order_id}/charge":
        return READ | dict.fromkeys((*COUNSEL, *ASSISTANTS), 200)
    # Who is told what is wrong with their form sees what it is about.
    seen: Row = {role: 200 if status == 422 else status for role, status in row.items()}
    return READ if "order_id" in template else seen


def _of(answer: Any, address: str) -> list[str]:
    """All that an answer says, but for the address it was asked at."""
    asked = quote(address, safe="")
    # The length follows from the text, of which the address is a part that was asked with.
    passed = {"date", "content-length"}
    headers = sorted((k, v) for k, v in answer.headers.items() if k not in passed)
    told = [answer.text, *(f"{k}: {v}" for k, v in headers)]
    return [text.replace(asked, "").replace(address, "") for text in told]


@pytest.mark.parametrize(
    ("method", "template", "state", "row"),
    [
        c
        for c in CELLS
        if c.values[3] not in (OPEN, OPEN_FORM, OPEN_ABSENT) and c.values[1] not in SCRIPTS
    ],
)
def test_who_has_not_signed_in_is_led_to_sign_in_and_back(
    stage: Stage, method: str, template: str, state: str, row: Row
) -> None:
    for role in NOT_SIGNED_IN:
        address = stage.address(template, state)
        form = stage.form(template, state) if method == "POST" else {}
        answer = stage.ask(role, method, address, form)
        if method == "GET":
            back = "" if address == "/" else f"?next={quote(address, safe='')}"
            assert answer.headers["location"] == f"/sign-in{back}"
        else:
            assert answer.status_code == row[role] == 401
            # A link, or the form itself where what was typed is kept over it.
            assert re.search('(?:href|action)="/sign-in', answer.text)


def test_no_page_names_what_its_reader_may_not_see(stage: Stage) -> None:
    """A draft's and a restricted exhibit's own words, on every page of an order."""
    hidden = {"Projet secret": DRAFT, "Pièce sous séquestre": RESTRICTED}
    counsel = stage.api.by("producing_counsel")
    order = stage.orders[SERVED]
    for number, (title, state) in enumerate(hidden.items(), 91):
        production = counsel.made(
            f"/orders/{order['id']}/productions",
            {"party_id": str(stage.api.cast.obligor), "title": "Communication"},
        )
        words: dict[str, Any] = {"title": title} | (
            {"confidentiality": state} if state == RESTRICTED else {}
        )
        assert counsel.upload(production, str(number), **words).is_success
        if state != DRAFT:
            counsel.made(f"/productions/{production['id']}/deposit")
    for role in (r for r in EVERYBODY if READ[r] == 200):
        reader = stage.reader(role)
        page = reader.get(f"/orders/{order['id']}").text + reader.get("/").text
        told = {title for title in hidden if title in page}
        assert told == (set(hidden) if OWN[role] == 200 else set()), role


def test_the_matrix_has_a_row_for_every_page(stage: Stage) -> None:
    pages = {
        (method, route.path or "")
        for route in declared(stage.service.routes)
        if not (route.path or "").startswith("/api/")
        for method in route.methods or ()
    }
    told = [NO_ROW.format(page=" ".join(page)) for page in sorted(pages - set(PAGES))]
    told += [NO_PAGE.format(page=" ".join(page)) for page in sorted(set(PAGES) - pages)]
    assert not told, "\n".join(told)


def test_every_row_of_the_matrix_names_everybody() -> None:
    for states in PAGES.values():
        for row in states.values():
            assert set(row) == set(EVERYBODY)
