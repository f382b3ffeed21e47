"""Observations.

What counsel observe on a category or an exhibit, and what was taken back of it: never changed,
never deleted, and the database refuses it. Which deposits somebody has taken whole.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "observations"
down_revision = "clerks_list"
branch_labels = None
depends_on = None

KEPT = "An observation is never changed or deleted: withdraw it."
TABLES = ("observations", "observation_withdrawals")


def upgrade() -> None:
    op.create_table(
        "observations",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("exhibit_id", sa.Uuid(), nullable=True),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=f"fk_observations_{column}_{table}"
            )
            for column, table in (
                ("matter_id", "matters"),
                ("order_id", "orders"),
                ("category_id", "categories"),
                ("exhibit_id", "exhibits"),
                ("answers_id", "observations"),
                ("party_id", "parties"),
                ("made_by", "users"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_observations"),
    )
    for column in ("matter_id", "order_id", "exhibit_id"):
        op.create_index(f"ix_observations_{column}", "observations", [column])
    op.create_table(
        "observation_withdrawals",
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["observations.id"],
            name="fk_observation_withdrawals_observation_id_observations",
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["users.id"], name="fk_observation_withdrawals_withdrawn_by_users"
        ),
        sa.PrimaryKeyConstraint("observation_id", name="pk_observation_withdrawals"),
    )
    op.create_table(
        "takings",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("production_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_takings_user_id_users"),
        sa.ForeignKeyConstraint(
            ["production_id"], ["productions.id"], name="fk_takings_production_id_productions"
        ),
        sa.PrimaryKeyConstraint("user_id", "production_id", name="pk_takings"),
    )
    if op.get_context().dialect.name == "sqlite":
        refuse_in_sqlite()
    else:
        refuse_in_postgresql()


def refuse_in_sqlite() -> None:
    for table in TABLES:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{act.lower()} BEFORE {act} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
            )


def refuse_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_observation_change() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_observation_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate()"
        )


def downgrade() -> None:
    # The triggers go with their tables.
    for table in ("takings", "observation_withdrawals", "observations"):
        op.drop_table(table)
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_observation_change()")
