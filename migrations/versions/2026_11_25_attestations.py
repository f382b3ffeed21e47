"""Attestations.

What was attested of an order's execution stays as it was attested.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "attestations"
down_revision = "uploads"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
ISSUED = "An attestation is never changed or deleted: issue another."


def upgrade() -> None:
    op.create_table(
        "attestations",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_attestations_order_id_orders")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["users.id"], name=op.f("fk_attestations_issued_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attestations")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_attestations_order_id_number")),
        sa.UniqueConstraint("digest", name=op.f("uq_attestations_digest")),
    )
    if op.get_context().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER attestations_refuse_{act.lower()} BEFORE {act} ON attestations"
                f" BEGIN SELECT RAISE(ABORT, '{ISSUED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_attestation_change() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{ISSUED}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER attestations_refuse_change BEFORE UPDATE OR DELETE ON attestations"
        " FOR EACH ROW EXECUTE FUNCTION refuse_attestation_change()"
    )
    op.execute(
        "CREATE TRIGGER attestations_refuse_truncate BEFORE TRUNCATE ON attestations"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate()"
    )


def downgrade() -> None:
    op.drop_table("attestations")
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_attestation_change()")
