"""The JSON door: ``/api/v1``."""

from fastapi import APIRouter, Depends

from app.api import (
    archives,
    attestations,
    charge,
    checks,
    closures,
    compliance,
    courts,
    deadlines,
    events,
    exhibits,
    gaps,
    law,
    log,
    matters,
    numbering,
    observations,
    orders,
    papers,
    people,
    placing,
    produced,
    productions,
    statistics,
    taking,
    tokens,
    uploads,
)
from app.api.answers import ApiRoute, problem_response, problems
from app.deps import bearer

api_router = APIRouter(
    prefix="/api/v1",
    dependencies=[Depends(bearer)],
    route_class=ApiRoute,
    responses=problems(422),
)
# Routes are tried in this order, so what is asked most comes first.
for _part in (
    compliance,
    exhibits,
    courts,
    deadlines,
    law,
    closures,
    matters,
    orders,
    charge,
    events,
    productions,
    produced,
    taking,
    gaps,
    observations,
    papers,
    attestations,
    log,
    checks,
    placing,
    numbering,
    uploads,
    archives,
    people,
    statistics,
    tokens,
):
    api_router.include_router(_part.router)

__all__ = ["api_router", "problem_response"]
