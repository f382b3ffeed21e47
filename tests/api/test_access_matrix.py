"""Every route × everybody × state. A route that is not in the matrix fails the test.

Each cell is what that person is answered: 200 means "done or shown" (any 2xx), and what
one may not see answers exactly like what does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from app.deps import Entrance, entrances
from app.domain.access import Action
from app.main import declared
from tests.api.conftest import Api, category_id
from tests.factories import a_service, an_order
from tests.scene import DEPOSITED, DRAFT, EVERYBODY, RESTRICTED, Scene, refused_first
from tests.zips import zipped

# 404 where the role could do it somewhere, but not here; 403 where it can do it nowhere.
HIDDEN = {
    "clerk_elsewhere": 404,
    "administrator": 403,
    "auditor": 403,
    "counsel_elsewhere": 404,
    "nobody_yet": 403,
    "elsewhere_token": 404,
    None: 401,
}
SEEN_BY_ALL = dict.fromkeys(
    (
        "clerk",
        "producing_counsel",
        "producing_assistant",
        "requesting_counsel",
        "requesting_assistant",
        "third_counsel",
    ),
    200,
)
READ = HIDDEN | SEEN_BY_ALL | {"reading_token": 200}
READ_PRODUCTION = HIDDEN | SEEN_BY_ALL | {"reading_token": 403}
OWN_DRAFT = {
    **HIDDEN,
    "clerk": 404,
    "producing_counsel": 200,
    "producing_assistant": 200,
    "requesting_counsel": 404,
    "requesting_assistant": 404,
    "third_counsel": 404,
    "reading_token": 403,
}
WRITE_DRAFT = OWN_DRAFT | {"clerk": 403, "clerk_elsewhere": 403, "elsewhere_token": 403}
DEPOSIT = WRITE_DRAFT | {"producing_assistant": 403, "requesting_assistant": 403}
# The assistant may nowhere deposit: refused before anything is looked at.
START_DRAFT = {
    **HIDDEN,
    "clerk": 403,
    "clerk_elsewhere": 403,
    "producing_counsel": 200,
    "producing_assistant": 200,
    "requesting_counsel": 403,
    "requesting_assistant": 403,
    "third_counsel": 403,
    "reading_token": 403,
    "elsewhere_token": 403,
}
CHANGE_DEPOSITED = START_DRAFT | {"producing_counsel": 409, "producing_assistant": 409}
CLERK_ONLY = {
    **HIDDEN,
    "clerk": 200,
    "producing_counsel": 403,
    "producing_assistant": 403,
    "requesting_counsel": 403,
    "requesting_assistant": 403,
    "third_counsel": 403,
    "counsel_elsewhere": 403,
    "reading_token": 403,
}
# Counsel may record an objection or a dispute somewhere, so their refusal looks at the place.
RECORD_SERVICE = CLERK_ONLY | {"counsel_elsewhere": 404}
SIGNED_IN = {role: 401 if role is None else 200 for role in EVERYBODY}
OWN_TOKENS = SIGNED_IN | {"reading_token": 403, "elsewhere_token": 403}
# The list routes show to each what is theirs; nobody's rows leak (tested apart).
LIST = {
    **dict.fromkeys(EVERYBODY, 200),
    "administrator": 403,
    "auditor": 403,
    "nobody_yet": 403,
    None: 401,
}
MANAGE = {
    **dict.fromkeys(EVERYBODY, 403),
    "clerk": 200,
    "clerk_elsewhere": 404,
    "administrator": 200,
    "elsewhere_token": 404,
    None: 401,
}
ADD_PEOPLE = MANAGE | {"clerk_elsewhere": 200, "elsewhere_token": 200}

PUBLIC = dict.fromkeys(EVERYBODY, 200)
OF_THE_COURT = {
    **dict.fromkeys(EVERYBODY, 200),
    "clerk_elsewhere": 404,
    "nobody_yet": 404,
    None: 401,
}
# What is done to a whole court's calendar: its clerk alone, and no token of one matter.
CLOSE = {
    **dict.fromkeys(EVERYBODY, 403),
    "clerk": 200,
    "clerk_elsewhere": 404,
    "elsewhere_token": 404,
    None: 401,
}
# Counsel may record some events somewhere, so their refusal looks at the place.
DECIDE = CLOSE | dict.fromkeys(
    ("producing_counsel", "requesting_counsel", "third_counsel", "counsel_elsewhere"), 404
)

# Counsel of a party of the matter, and nobody else.
OBSERVE: dict[str | None, int] = {
    **dict.fromkeys(EVERYBODY, 403),
    **dict.fromkeys(("producing_counsel", "requesting_counsel", "third_counsel"), 200),
    "counsel_elsewhere": 404,
    None: 401,
}

MATRIX: dict[tuple[str, str], dict[str | None, int]] = {
    ("GET", "/courts"): SIGNED_IN,
    ("GET", "/me"): SIGNED_IN,
    ("POST", "/sign-in"): dict.fromkeys(EVERYBODY, 401),
    ("POST", "/matters"): CLERK_ONLY | {"clerk_elsewhere": 422, "elsewhere_token": 422},
    ("GET", "/matters"): LIST,
    ("GET", "/matters/{matter_id}"): READ,
    ("PATCH", "/matters/{matter_id}"): CLERK_ONLY,
    ("POST", "/matters/{matter_id}/additions"): CLERK_ONLY,
    ("POST", "/matters/{matter_id}/orders"): CLERK_ONLY,
    ("GET", "/orders"): LIST,
    ("GET", "/orders/{order_id}"): READ,
    ("PATCH", "/orders/{order_id}"): CLERK_ONLY,
    ("POST", "/orders/{order_id}/events"): RECORD_SERVICE
    | {"producing_assistant": 403, "requesting_assistant": 403},
    ("GET", "/orders/{order_id}/events"): READ,
    ("GET", "/events/{event_id}/files/{file_id}/content"): READ,
    ("GET", "/orders/{order_id}/compliance"): READ,
    ("POST", "/orders/{order_id}/attestations"): CLERK_ONLY,
    ("GET", "/orders/{order_id}/attestations"): READ,
    ("GET", "/attestations/{attestation_id}"): READ,
    ("GET", "/attestations/{attestation_id}/attestation.pdf"): READ,
    ("GET", "/obligations"): LIST,
    ("GET", "/obligations/counts"): LIST,
    ("POST", "/orders/{order_id}/productions"): START_DRAFT,
    ("GET", "/orders/{order_id}/productions"): READ_PRODUCTION,
    ("POST", "/users"): ADD_PEOPLE,
    ("POST", "/users/{user_id}/roles"): MANAGE | {"clerk": 404},
    ("DELETE", "/roles/{membership_id}"): MANAGE | {"clerk": 404, "administrator": 404},
    ("GET", "/courts/{code}/people"): MANAGE,
    ("POST", "/deadlines/compute"): PUBLIC,
    ("GET", "/rule-packs"): PUBLIC,
    ("GET", "/rule-packs/{pack}"): PUBLIC,
    ("GET", "/calendars"): PUBLIC,
    ("GET", "/calendars/{calendar}"): PUBLIC,
    ("GET", "/calendars/{calendar}.ics"): PUBLIC,
    ("GET", "/courts/{code}/closures"): OF_THE_COURT,
    ("POST", "/courts/{code}/closures"): CLOSE,
    ("POST", "/courts/{code}/closures/{closure_id}/withdrawal"): CLOSE | {"clerk": 404},
    ("GET", "/orders/{order_id}/law"): READ,
    ("GET", "/orders/{order_id}/exhibits"): READ_PRODUCTION,
    ("GET", "/orders/{order_id}/take.zip"): READ_PRODUCTION,
    ("GET", "/orders/{order_id}/charge"): CLERK_ONLY,
    ("PUT", "/orders/{order_id}/charge"): CLERK_ONLY,
    ("DELETE", "/orders/{order_id}/charge"): CLERK_ONLY,
    ("GET", "/log/keys"): PUBLIC,
    ("GET", "/log/head"): PUBLIC,
    ("GET", "/log/extension"): PUBLIC,
    ("POST", "/log/check"): PUBLIC,
    ("GET", "/orders/{order_id}/numbering"): READ_PRODUCTION,
    ("GET", "/orders/{order_id}/gaps"): READ_PRODUCTION,
    ("GET", "/orders/{order_id}/gaps.csv"): READ_PRODUCTION,
    ("GET", "/orders/{order_id}/observations"): READ_PRODUCTION,
    ("POST", "/orders/{order_id}/observations"): OBSERVE,
    ("POST", "/observations/{observation_id}/withdrawal"): OBSERVE
    | dict.fromkeys(("producing_counsel", "requesting_counsel", "third_counsel"), 404),
    ("GET", "/courts/{code}/statistics"): CLOSE,
    ("GET", "/courts/{code}/law-changes"): DECIDE,
    ("POST", "/courts/{code}/law-changes"): DECIDE,
    ("POST", "/tokens"): OWN_TOKENS,
    ("GET", "/tokens"): OWN_TOKENS,
    ("DELETE", "/tokens/{token_id}"): OWN_TOKENS
    | {r: 404 for r in EVERYBODY if r not in (None, "reading_token", "elsewhere_token")},
}
OWN_SIDE = READ_PRODUCTION | {
    "clerk": 404,
    "requesting_counsel": 404,
    "requesting_assistant": 404,
    "third_counsel": 404,
}

ON_DRAFT = {DRAFT: WRITE_DRAFT, DEPOSITED: CHANGE_DEPOSITED}
NOT_THE_OTHERS: dict[str | None, int] = dict.fromkeys(
    ("requesting_counsel", "requesting_assistant", "third_counsel"), 404
)
# The scene's files are no real PDFs: who may stamp is told so, and no copy is there to be had.
STAMP = CHANGE_DEPOSITED
NO_COPY = READ_PRODUCTION | dict.fromkeys(SEEN_BY_ALL, 404)

BY_STATE: dict[tuple[str, str], dict[str, dict[str | None, int]]] = {
    ("GET", "/productions/{production_id}/placing"): ON_DRAFT,
    ("POST", "/productions/{production_id}/placing"): ON_DRAFT,
    ("PUT", "/productions/{production_id}/placing/csv"): ON_DRAFT,
    ("POST", "/productions/{production_id}/numbering"): ON_DRAFT,
    ("POST", "/productions/{production_id}/bates"): ON_DRAFT,
    ("PUT", "/productions/{production_id}/skips"): ON_DRAFT,
    ("POST", "/exhibits/{exhibit_id}/stamped"): {
        DRAFT: STAMP | NOT_THE_OTHERS,
        DEPOSITED: STAMP,
        RESTRICTED: STAMP | NOT_THE_OTHERS,
    },
    ("GET", "/exhibits/{exhibit_id}/stamped"): {
        DRAFT: NO_COPY,
        DEPOSITED: NO_COPY,
        RESTRICTED: NO_COPY,
    },
    ("GET", "/productions/{production_id}"): {DRAFT: OWN_DRAFT, DEPOSITED: READ_PRODUCTION},
    ("GET", "/productions/{production_id}/receipt"): {
        DRAFT: OWN_DRAFT | {"producing_counsel": 409, "producing_assistant": 409},
        DEPOSITED: READ_PRODUCTION,
    },
    ("GET", "/productions/{production_id}/receipt.pdf"): {
        DRAFT: OWN_DRAFT | {"producing_counsel": 409, "producing_assistant": 409},
        DEPOSITED: READ_PRODUCTION,
    },
    **{
        ("GET", f"/productions/{{production_id}}/bordereau.{ending}"): {
            DRAFT: OWN_DRAFT,
            DEPOSITED: READ_PRODUCTION,
            RESTRICTED: READ_PRODUCTION,
        }
        for ending in ("pdf", "csv")
    },
    ("PUT", "/productions/{production_id}/answers/{category_id}"): {
        DRAFT: WRITE_DRAFT,
        DEPOSITED: CHANGE_DEPOSITED,
    },
    ("POST", "/productions/{production_id}/withheld"): {
        DRAFT: WRITE_DRAFT,
        DEPOSITED: CHANGE_DEPOSITED,
    },
    ("POST", "/productions/{production_id}/deposit"): {
        DRAFT: DEPOSIT,
        DEPOSITED: START_DRAFT | {"producing_assistant": 403},
    },
    ("GET", "/productions/{production_id}/checks"): {
        DRAFT: WRITE_DRAFT,
        DEPOSITED: CHANGE_DEPOSITED,
    },
    ("POST", "/productions/{production_id}/checks"): {
        DRAFT: WRITE_DRAFT,
        DEPOSITED: CHANGE_DEPOSITED,
    },
    ("PUT", "/productions/{production_id}/exhibits/{number}"): {
        DRAFT: WRITE_DRAFT,
        DEPOSITED: CHANGE_DEPOSITED,
    },
    ("POST", "/productions/{production_id}/exhibits"): {
        DRAFT: WRITE_DRAFT,
        DEPOSITED: CHANGE_DEPOSITED,
    },
    ("GET", "/exhibits/{exhibit_id}"): {
        DRAFT: OWN_DRAFT,
        DEPOSITED: READ_PRODUCTION,
        RESTRICTED: OWN_SIDE,
    },
    ("PATCH", "/exhibits/{exhibit_id}"): {
        DRAFT: WRITE_DRAFT,
        DEPOSITED: CHANGE_DEPOSITED,
        RESTRICTED: CHANGE_DEPOSITED
        | dict.fromkeys(("requesting_counsel", "requesting_assistant", "third_counsel"), 404),
    },
    ("DELETE", "/exhibits/{exhibit_id}"): {
        DRAFT: WRITE_DRAFT,
        DEPOSITED: CHANGE_DEPOSITED,
        RESTRICTED: CHANGE_DEPOSITED
        | dict.fromkeys(("requesting_counsel", "requesting_assistant", "third_counsel"), 404),
    },
    ("GET", "/exhibits/{exhibit_id}/history"): {
        DRAFT: OWN_DRAFT | {"producing_counsel": 404, "producing_assistant": 404},
        DEPOSITED: READ_PRODUCTION,
        RESTRICTED: OWN_SIDE,
    },
    ("POST", "/exhibits/{exhibit_id}/withdrawal"): {
        DRAFT: DEPOSIT | {"producing_counsel": 409},
        DEPOSITED: START_DRAFT | {"producing_assistant": 403},
        RESTRICTED: START_DRAFT
        | {"producing_assistant": 403, "requesting_counsel": 404, "third_counsel": 404},
    },
    ("GET", "/exhibits/{exhibit_id}/content"): {
        DRAFT: OWN_DRAFT,
        DEPOSITED: READ_PRODUCTION,
        RESTRICTED: OWN_SIDE,
    },
}


# An upload is a draft's: no other party ever learns of it, deposited or not.
OTHERS_UPLOAD: dict[str | None, int] = dict.fromkeys(
    ("requesting_counsel", "requesting_assistant", "third_counsel"), 404
)
BY_STATE |= {
    ("OPTIONS", "/productions/{production_id}/uploads"): {DRAFT: PUBLIC, DEPOSITED: PUBLIC},
    ("OPTIONS", "/uploads/{upload_id}"): {DRAFT: PUBLIC},
    ("POST", "/productions/{production_id}/uploads"): {
        DRAFT: WRITE_DRAFT,
        DEPOSITED: CHANGE_DEPOSITED,
    },
    ("POST", "/productions/{production_id}/archive"): {
        DRAFT: WRITE_DRAFT,
        DEPOSITED: CHANGE_DEPOSITED,
    },
    ("HEAD", "/uploads/{upload_id}"): {DRAFT: WRITE_DRAFT, DEPOSITED: WRITE_DRAFT},
    ("GET", "/uploads/{upload_id}"): {DRAFT: WRITE_DRAFT, DEPOSITED: WRITE_DRAFT},
    ("PATCH", "/uploads/{upload_id}"): {
        DRAFT: WRITE_DRAFT,
        DEPOSITED: CHANGE_DEPOSITED | OTHERS_UPLOAD,
    },
    ("DELETE", "/uploads/{upload_id}"): {
        DRAFT: WRITE_DRAFT,
        DEPOSITED: CHANGE_DEPOSITED | OTHERS_UPLOAD,
    },
}


# What can be done once: the first who may does it, and it ends there.
ONCE = {
    ("DELETE", "/exhibits/{exhibit_id}"),
    ("DELETE", "/uploads/{upload_id}"),
    ("POST", "/exhibits/{exhibit_id}/withdrawal"),
    ("POST", "/users/{user_id}/roles"),
}


_TUS = {"Tus-Resumable": "1.0.0"}
TUS = {
    "OPTIONS": {},
    "GET": {},
    "HEAD": _TUS,
    "DELETE": _TUS,
    "POST": _TUS | {"Upload-Length": "5", "Upload-Metadata": "filename Zi5wZGY="},
    "PATCH": _TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
}
ZIP = zipped({"a.txt": b"a"})


class ApiScene(Scene):
    """The scene, and what a request to each route of the API carries there."""

    def request(self, method: str, template: str) -> dict[str, Any]:
        """A request that nothing but access would refuse."""
        cast = self.api.cast
        bodies: dict[tuple[str, str], Any] = {
            ("POST", "/sign-in"): {"email": "x@example.org", "password": "wrong"},
            ("POST", "/matters"): {
                "court": "tj-paris",
                "title": "Another",
                "parties": [{"name": "A", "side": "requesting"}],
            },
            ("PATCH", "/matters/{matter_id}"): {"title": "Another title"},
            ("POST", "/matters/{matter_id}/additions"): {
                "docket_numbers": [{"kind": "RG", "number": str(uuid4())}]
            },
            ("POST", "/matters/{matter_id}/orders"): an_order(cast.obligor),
            ("PATCH", "/orders/{order_id}"): {"title": "Another title"},
            ("POST", "/orders/{order_id}/events"): a_service(cast.obligor),
            ("POST", "/orders/{order_id}/productions"): {"party_id": str(cast.obligor)},
            ("POST", "/users"): {
                "email": f"{uuid4()}@example.org",
                "name": "New",
                "password": "a long enough password",
            },
            ("POST", "/users/{user_id}/roles"): {"role": "auditor", "court": "tj-paris"},
            ("POST", "/tokens"): {"name": "t"},
            ("POST", "/deadlines/compute"): {
                "pack": "fr-civil",
                "calendar": "FR",
                "trigger": "2021-07-12",
                "period": "P2M",
            },
            ("POST", "/courts/{code}/closures"): {
                "on": "2030-01-03",
                "name": "Fermeture",
                "source": "Ordonnance",
            },
            ("POST", "/courts/{code}/closures/{closure_id}/withdrawal"): {"reason": "Ouvert"},
            ("POST", "/courts/{code}/law-changes"): {
                "decision": "ignore",
                "order_ids": [self.order["id"]],
                "reason": "Loi",
            },
            ("PUT", "/productions/{production_id}/answers/{category_id}"): {
                "declaration": "partial"
            },
            ("POST", "/productions/{production_id}/withheld"): {
                "category_id": category_id(self.order, "1"),
                "ground": "Secret des affaires",
            },
            ("PATCH", "/exhibits/{exhibit_id}"): {"title": "Another title"},
            ("POST", "/orders/{order_id}/observations"): {
                "category_id": category_id(self.order, "1"),
                "text": "Incomplet",
            },
            ("POST", "/observations/{observation_id}/withdrawal"): {"reason": "Reçu"},
            ("POST", "/exhibits/{exhibit_id}/withdrawal"): {"reason": "Par erreur"},
            ("POST", "/log/check"): {"digest": "0" * 64},
            ("POST", "/productions/{production_id}/placing"): {"dated_on": None},
            ("POST", "/productions/{production_id}/numbering"): {"by": "names"},
            ("POST", "/productions/{production_id}/bates"): {"prefix": "TIC-", "per": "document"},
            ("PUT", "/productions/{production_id}/skips"): {"skips": []},
        }
        request: dict[str, Any] = {"headers": {"If-Match": "*"}}
        if "uploads" in template:
            return {"headers": TUS[method]}
        if template.endswith("/archive"):
            return {"content": ZIP, "headers": {"Content-Type": "application/zip"}}
        if "exhibits" in template and method == "PUT":
            return request | {"content": b"bytes", "params": {"filename": "f.pdf"}}
        if template == "/log/extension":
            return request | {"params": {"first": 1, "second": 2}}
        if template.endswith("/exhibits") and method == "POST":
            return request | {"files": {"file": ("f.pdf", b"bytes", "application/pdf")}}
        if template.endswith("/csv"):
            return request | {"content": "File;Title\npiece.pdf;Contract\n"}
        if template.endswith("/numbering") and method == "GET":
            return request | {"params": {"party_id": str(cast.obligor)}}
        body = bodies.get((method, template))
        return request | ({"json": body} if body is not None else {})


@pytest.fixture
def scene(api: Api) -> ApiScene:
    return ApiScene(api)


def _cells() -> Iterator[Any]:
    for (method, path), row in MATRIX.items():
        yield pytest.param(method, path, DRAFT, row, id=f"{method} {path}")
    for (method, path), states in BY_STATE.items():
        for state, row in states.items():
            yield pytest.param(method, path, state, row, id=f"{method} {path} {state}")


@pytest.mark.parametrize(("method", "template", "state", "row"), list(_cells()))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_is_answered_as_the_matrix_says(
    scene: ApiScene, method: str, template: str, state: str, row: dict[str | None, int]
) -> None:
    path = scene.path(template, state)
    answered = {}
    for role in refused_first(row):
        response = scene.api.by(role).call(method, path, **scene.request(method, template))
        status = 200 if response.is_success else response.status_code
        answered[role] = status
        if status == 200 and (method, template) in ONCE:
            break
    assert answered == {role: row[role] for role in answered}


@pytest.mark.parametrize(
    ("method", "template", "state"),
    [(method, path, state) for (method, path), states in BY_STATE.items() for state in states]
    + [
        (method, path, DRAFT)
        for method, path in MATRIX
        if re.search(r"\{(matter|order|attestation|file)_id", path)
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_one_may_not_see_answers_exactly_like_what_does_not_exist(
    scene: ApiScene, method: str, template: str, state: str
) -> None:
    for role in EVERYBODY:
        who = scene.api.by(role)
        request = scene.request(method, template)
        hidden = who.call(method, scene.path(template, state), **request)
        if hidden.status_code != 404:
            continue
        absent = who.call(method, scene.absent(template), **request)
        assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
        assert set(hidden.headers) == set(absent.headers)


def test_the_matrix_names_every_route_of_the_api(service: FastAPI) -> None:
    prefix = "/api/v1"
    routes = {
        (method, (route.path or "").removeprefix(prefix))
        for route in declared(service.routes)
        if (route.path or "").startswith(prefix)
        for method in route.methods or ()
    }
    assert routes == set(MATRIX) | set(BY_STATE)


def test_every_row_of_the_matrix_names_everybody() -> None:
    rows = [*MATRIX.values(), *(row for states in BY_STATE.values() for row in states.values())]
    for row in rows:
        assert set(row) == set(EVERYBODY)


def test_every_route_declares_one_action(service: FastAPI) -> None:
    for route in declared(service.routes):
        (action,) = entrances(route.dependant)
        assert isinstance(action, Action), Entrance


def test_the_application_refuses_to_start_with_a_route_that_declares_none() -> None:
    from fastapi import FastAPI as Bare

    from app.main import ActionUndeclared, check_actions

    bare = Bare(openapi_url=None)

    @bare.get("/anything")
    def anything() -> str:
        return ""

    with pytest.raises(ActionUndeclared, match="/anything"):
        check_actions(bare.routes)
