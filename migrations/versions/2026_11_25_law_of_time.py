"""Versions of the law that orders rest on, and days on which a court was closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "law_of_time"
down_revision = "immutable_record"
branch_labels = None
depends_on = None

KEPT = "A version of the law that was kept never changes."


def upgrade() -> None:
    op.create_table(
        "kept_laws",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("version", sa.String(60), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "code", "version", name="pk_kept_laws"),
    )
    op.create_table(
        "closures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("court_id", sa.Uuid(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["court_id"], ["courts.id"], name="fk_closures_court_id_courts"),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name="fk_closures_recorded_by_users"
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["users.id"], name="fk_closures_withdrawn_by_users"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_closures"),
    )
    op.create_index(
        "uq_closures_court_id_closed_on",
        "closures",
        ["court_id", "closed_on"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    if op.get_context().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER kept_laws_refuse_{act.lower()} BEFORE {act} ON kept_laws"
                f" BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_kept_law_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER kept_laws_refuse_change BEFORE UPDATE OR DELETE ON kept_laws"
        " FOR EACH ROW EXECUTE FUNCTION refuse_kept_law_change()"
    )
    op.execute(
        "CREATE TRIGGER kept_laws_refuse_truncate BEFORE TRUNCATE ON kept_laws"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate()"
    )


def downgrade() -> None:
    op.drop_index("uq_closures_court_id_closed_on", table_name="closures")
    op.drop_table("closures")
    op.drop_table("kept_laws")
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_kept_law_change()")
