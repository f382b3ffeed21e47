"""The HTML door: pages in English and French that need no JavaScript.

One page action per file; each enters by ``page_door(Action.…)``. ``rendering`` says things
in the reader's language, ``forms`` reads what was typed, ``security`` refuses what another
site sent.
"""

from fastapi import APIRouter

from app.web import (
    accessibility,
    account,
    account_password,
    account_second_step,
    account_sign_ins,
    account_tokens,
    answer,
    calendars,
    closures,
    deposit,
    exhibit,
    exhibit_file,
    health,
    invitation,
    language,
    law_changes,
    matter_people,
    notification_settings,
    notifications,
    obligations,
    order,
    papers,
    people,
    production,
    productions,
    receipt,
    record_event,
    rules,
    sign_in,
    sign_in_code,
    sign_out,
    uploads,
    verify,
    whatif,
    withheld,
)
from app.web.errors import error_page, recognise, request_id
from app.web.security import PageRoute
from app.web.statics import static_files

web_router = APIRouter(route_class=PageRoute, include_in_schema=False)
for _part in (
    obligations,
    order,
    record_event,
    closures,
    law_changes,
    productions,
    production,
    uploads,
    exhibit,
    exhibit_file,
    answer,
    withheld,
    deposit,
    receipt,
    papers,
    verify,
    whatif,
    rules,
    calendars,
    sign_in,
    sign_in_code,
    account,
    account_password,
    account_second_step,
    account_sign_ins,
    account_tokens,
    notifications,
    notification_settings,
    accessibility,
    people,
    matter_people,
    invitation,
    sign_out,
    language,
    health,
):
    web_router.include_router(_part.router, include_in_schema=False)

__all__ = ["error_page", "recognise", "request_id", "static_files", "web_router"]
