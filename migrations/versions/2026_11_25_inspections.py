"""Inspections.

What was found inside each file of a party, found again from its bytes at any time.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "inspections"
down_revision = "proof"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "inspections",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id", "sha256"],
            ["stored_files.matter_id", "stored_files.sha256"],
            name=op.f("fk_inspections_stored_files"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_inspections_party_id_parties")
        ),
        sa.PrimaryKeyConstraint("party_id", "sha256", name=op.f("pk_inspections")),
    )


def downgrade() -> None:
    op.drop_table("inspections")
