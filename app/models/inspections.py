"""What was found inside files, kept with the content: one row a file of a matter."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json


class Inspection(Base):
    """What the checker of ``version`` found; a later version writes it anew.

    No act of the record: it may be dropped and found again from the bytes.
    """

    __tablename__ = "inspections"
    __table_args__ = (
        ForeignKeyConstraint(
            ["matter_id", "sha256"],
            ["stored_files.matter_id", "stored_files.sha256"],
            name="fk_inspections_stored_files",
        ),
    )

    matter_id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int]
    checked_at: Mapped[datetime]
    found: Mapped[Json]
