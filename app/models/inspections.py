"""What was found inside files, kept with the content: one row a file of a party."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json


class Inspection(Base):
    """What the checker of ``version`` found; a later version writes it anew.

    Apart for each party: who uploads a file must not learn, by its being known at once, that
    another party holds the same one. No act of the record: found again from the bytes.
    """

    __tablename__ = "inspections"
    __table_args__ = (
        ForeignKeyConstraint(
            ["matter_id", "sha256"],
            ["stored_files.matter_id", "stored_files.sha256"],
            name="fk_inspections_stored_files",
        ),
    )

    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), primary_key=True)
    matter_id: Mapped[UUID]
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int]
    checked_at: Mapped[datetime]
    found: Mapped[Json]
