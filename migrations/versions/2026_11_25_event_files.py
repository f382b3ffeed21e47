"""Files of events.

The act itself (a *signification*, an *ordonnance*), recorded with its event: never changed, never
deleted, and the database refuses it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "event_files"
down_revision = "accounts"
branch_labels = None
depends_on = None

KEPT = "A file of an event is never changed or deleted: record a correction."


def upgrade() -> None:
    op.create_table(
        "event_files",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_files_event_id_events")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_files")),
        sa.UniqueConstraint("event_id", "position", name=op.f("uq_event_files_event_id_position")),
    )
    if op.get_context().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER event_files_refuse_{act.lower()} BEFORE {act} ON event_files"
                f" BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_event_file_change() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER event_files_refuse_change BEFORE UPDATE OR DELETE ON event_files"
        " FOR EACH ROW EXECUTE FUNCTION refuse_event_file_change()"
    )
    op.execute(
        "CREATE TRIGGER event_files_refuse_truncate BEFORE TRUNCATE ON event_files"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate()"
    )


def downgrade() -> None:
    # The triggers go with their table.
    op.drop_table("event_files")
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_event_file_change()")
