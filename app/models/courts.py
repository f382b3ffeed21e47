"""Courts: jurisdiction, holiday calendar of the seat, time zone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Identified, Logged, Versioned


class Court(Logged, Identified, Versioned, Base):
    """A court, and the law by which its time is counted."""

    __tablename__ = "courts"

    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str]
    rule_pack: Mapped[str] = mapped_column(String(60))
    calendar: Mapped[str] = mapped_column(String(60))
    time_zone: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": Versioned.version}
