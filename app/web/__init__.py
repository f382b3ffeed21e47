"""The HTML door: pages in English and French that need no JavaScript.

One page action per file; each enters by ``page_door(Action.…)``. ``rendering`` says things
in the reader's language, ``forms`` reads what was typed, ``security`` refuses what another
site sent.
"""

from fastapi import APIRouter

from app.web import (
    answer,
    attestations,
    bates,
    calendars,
    charge,
    closures,
    deposit,
    exhibit,
    exhibit_file,
    gaps,
    health,
    language,
    law_changes,
    matter_change,
    my_debts,
    new_matter,
    new_order,
    numbering,
    obligations,
    obligations_csv,
    observations,
    opened,
    order,
    order_change,
    papers,
    placing,
    produced,
    production,
    productions,
    receipt,
    record_event,
    resumable,
    rules,
    selection,
    sign_in,
    sign_out,
    stamped,
    take,
    uploads,
    verify,
    view,
    whatif,
    withheld,
)
from app.web.errors import error_page
from app.web.security import PageRoute
from app.web.statics import static_files

web_router = APIRouter(route_class=PageRoute, include_in_schema=False)
for _part in (
    obligations,
    my_debts,
    new_matter,
    new_order,
    matter_change,
    order_change,
    obligations_csv,
    opened,
    charge,
    order,
    produced,
    take,
    gaps,
    observations,
    attestations,
    record_event,
    closures,
    law_changes,
    productions,
    production,
    uploads,
    resumable,
    selection,
    placing,
    numbering,
    bates,
    exhibit,
    exhibit_file,
    view,
    stamped,
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
    sign_out,
    language,
    health,
):
    web_router.include_router(_part.router, include_in_schema=False)

__all__ = ["error_page", "static_files", "web_router"]
