"""The demo's story, told over the API: each thing recorded when it would have been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx2

from app.db import Database
from app.demo import cast, order_2013, order_2021
from app.demo.caller import Caller
from app.demo.pdf import pdf
from app.schemas.courts import CourtIn
from app.schemas.people import MembershipIn, UserIn
from app.services.courts import court_by_code, register_court
from app.services.people import add_user, grant_role, user_by_email

_BEGINNING = datetime(2013, 1, 2, 9, 0, tzinfo=order_2021.PARIS)


@dataclass(frozen=True, slots=True)
class Told:
    """What the story left on the record."""

    order_2021: dict[str, Any]
    order_2013: dict[str, Any]
    clerk: Caller


def open_court(database: Database) -> None:
    """The court and its first clerk: what the operator does before anybody can sign in."""
    with database.writing() as session:
        if court_by_code(session, cast.COURT["code"]) is None:
            register_court(session, CourtIn.model_validate(cast.COURT), _BEGINNING)
        if user_by_email(session, cast.CLERK.email) is None:
            clerk = add_user(session, UserIn.model_validate(cast.CLERK.account), _BEGINNING)
            role = MembershipIn.model_validate({"role": "clerk", "court": cast.COURT["code"]})
            grant_role(session, None, clerk.id, role, _BEGINNING)


def tell(http: httpx2.Client, language: str) -> Told:
    """Tell both cases. Told twice, nothing is there twice."""
    clerk = _sign_in(http, cast.CLERK, language)
    users = {
        player: clerk.create("/users", player.account, key=f"user/{player.email}", at=_BEGINNING)
        for player in cast.PLAYERS
        if player is not cast.CLERK
    }
    ids = {player: str(user["id"]) for player, user in users.items()}
    return Told(
        _tell_2021(http, clerk, ids, language), _tell_2013(http, clerk, ids, language), clerk
    )


def _sign_in(http: httpx2.Client, player: cast.Player, language: str) -> Caller:
    return Caller.signed_in(http, player.email, player.password, language)


def _tell_2021(
    http: httpx2.Client, clerk: Caller, users: dict[cast.Player, str], language: str
) -> dict[str, Any]:
    case = order_2021
    matter = clerk.create("/matters", case.MATTER, key="2021/matter", at=case.OPENED_AT)
    parties = _represent(clerk, matter, users, "2021", case.OPENED_AT)
    order = clerk.create(
        f"/matters/{matter['id']}/orders",
        case.order(parties),
        key="2021/order",
        at=case.REGISTERED_AT,
    )
    events = case.events(parties[case.OBLIGOR])
    before = [e for e in events if e[1] < case.DEPOSITED_AT]
    _record(clerk, order, before)
    _produce_2021(
        order,
        parties[case.OBLIGOR],
        _sign_in(http, cast.ASSISTANT, language),
        _sign_in(http, cast.PRODUCING, language),
    )
    _record(clerk, order, events[len(before) :])
    return order


def _record(
    clerk: Caller, order: dict[str, Any], events: list[tuple[str, datetime, dict[str, Any]]]
) -> None:
    for name, at, event in events:
        clerk.create(f"/orders/{order['id']}/events", event, key=f"2021/event/{name}", at=at)


def _represent(
    clerk: Caller,
    matter: dict[str, Any],
    users: dict[cast.Player, str],
    key: str,
    at: datetime,
) -> dict[str, str]:
    """Give each side's people their role; the identifier of each party by its name."""
    sides = {
        "requesting": ((cast.REQUESTING, "counsel"),),
        "producing": ((cast.PRODUCING, "counsel"), (cast.ASSISTANT, "assistant")),
    }
    for position, party in enumerate(matter["parties"]):
        for player, role in sides[party["side"]]:
            clerk.create(
                f"/users/{users[player]}/roles",
                {"role": role, "matter_id": matter["id"], "party_id": party["id"]},
                key=f"{key}/role/{player.email}/{position}",
                at=at,
            )
    return {party["name"]: party["id"] for party in matter["parties"]}


def _produce_2021(order: dict[str, Any], obligor: str, assistant: Caller, counsel: Caller) -> None:
    """The assistant prepares, the lawyer deposits."""
    case = order_2021
    draft = assistant.create(
        f"/orders/{order['id']}/productions",
        {"party_id": obligor, "title": "Première communication (fictive)"},
        key="2021/production",
        at=case.DRAFTED_AT,
    )
    path = f"/productions/{draft['id']}"
    if counsel.read(path)["deposited_at"] is None:
        _fill_2021(order, path, assistant)
    counsel.create(f"{path}/deposit", None, key="2021/deposit", at=case.DEPOSITED_AT)


def _fill_2021(order: dict[str, Any], path: str, assistant: Caller) -> None:
    case = order_2021
    categories = {c["number"]: c for c in order["categories"]}
    first = categories["1"]
    elements = {e["text"]: e["id"] for c in order["categories"] for e in c["elements"]}
    for number, title, dated_on, element, lines in case.EXHIBITS:
        assistant.upload(
            f"{path}/exhibits/{number}",
            pdf(title, lines),
            at=case.DRAFTED_AT,
            filename=f"piece-{number}.pdf",
            title=title,
            dated_on=dated_on,
            category_id=first["id"],
            element_id=elements[element],
        )
    for number, total, values in case.ANSWERS:
        body = {
            "declaration": "partial",
            "statement": "Réponse de démonstration.",
            "declared_total": total,
            "values": [{"element_id": elements[k], "value": v} for k, v in values.items()],
        }
        assistant.put(f"{path}/answers/{categories[number]['id']}", body, at=case.DRAFTED_AT)


def _tell_2013(
    http: httpx2.Client, clerk: Caller, users: dict[cast.Player, str], language: str
) -> dict[str, Any]:
    case = order_2013
    matter = clerk.create("/matters", case.MATTER, key="2013/matter", at=case.OPENED_AT)
    parties = _represent(clerk, matter, users, "2013", case.OPENED_AT)
    order = clerk.create(
        f"/matters/{matter['id']}/orders",
        case.order(parties),
        key="2013/order",
        at=case.REGISTERED_AT,
    )
    obligor = parties[case.OBLIGOR]
    clerk.create(
        f"/orders/{order['id']}/events",
        case.service(obligor),
        key="2013/service",
        at=case.SERVED_AT,
    )
    _produce_2013(order, obligor, _sign_in(http, cast.PRODUCING, language))
    return order


def _produce_2013(order: dict[str, Any], obligor: str, counsel: Caller) -> None:
    case = order_2013
    draft = counsel.create(
        f"/orders/{order['id']}/productions",
        {"party_id": obligor, "title": "Communication (fictive)"},
        key="2013/production",
        at=case.DEPOSITED_AT,
    )
    path = f"/productions/{draft['id']}"
    if counsel.read(path)["deposited_at"] is None:
        category = order["categories"][0]
        value = {"element_id": category["elements"][0]["id"], "value": "Liste de démonstration"}
        body = {"declaration": "complete", "values": [value]}
        counsel.put(f"{path}/answers/{category['id']}", body, at=case.DEPOSITED_AT)
    counsel.create(f"{path}/deposit", None, key="2013/deposit", at=case.DEPOSITED_AT)
