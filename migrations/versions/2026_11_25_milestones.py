"""Milestones.

Interim dates of a category. What an order demands changes by events alone: the database
itself refuses to change or delete a milestone, whoever asks.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "milestones"
down_revision = "law_of_time"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ORDERED = "What an order demands changes by events alone."
TABLES = ("milestones", "milestone_elements")


def upgrade() -> None:
    op.create_table(
        "milestones",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("term", JSON, nullable=False),
        sa.Column("documents", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_milestones_category_id_categories")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
        sa.UniqueConstraint("category_id", "name", name=op.f("uq_milestones_category_id_name")),
    )
    op.create_table(
        "milestone_elements",
        sa.Column("milestone_id", sa.Uuid(), nullable=False),
        sa.Column("element_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["element_id"], ["elements.id"], name=op.f("fk_milestone_elements_element_id_elements")
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"],
            ["milestones.id"],
            name=op.f("fk_milestone_elements_milestone_id_milestones"),
        ),
        sa.PrimaryKeyConstraint("milestone_id", "element_id", name=op.f("pk_milestone_elements")),
    )
    for table in TABLES:
        if op.get_context().dialect.name == "sqlite":
            refuse_in_sqlite(table)
        else:
            refuse_in_postgresql(table)


def refuse_in_sqlite(table: str) -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{act.lower()} BEFORE {act} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{ORDERED}'); END"
        )


def refuse_in_postgresql(table: str) -> None:
    function = f"refuse_{table}_change"
    op.execute(
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{ORDERED}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for acts, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        name = "change" if each == "ROW" else "truncate"
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{name} BEFORE {acts} ON {table}"
            f" FOR EACH {each} EXECUTE FUNCTION {function}()"
        )


def downgrade() -> None:
    # The triggers go with their tables.
    for table in reversed(TABLES):
        op.drop_table(table)
        if op.get_context().dialect.name != "sqlite":
            op.execute(f"DROP FUNCTION refuse_{table}_change()")
