"""The clerk's list.

Who is in charge of an order, words to find one by, and up to when a reader saw what is new.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.domain.searching import endings, words

revision = "clerks_list"
down_revision = "attestations"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
HELD = sa.text("ended_at IS NULL")
WORD = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")
BATCH = 1_000
BORNE = """
SELECT o.id, o.title, m.title FROM orders o JOIN matters m ON m.id = o.matter_id
"""
NUMBERED = "SELECT o.id, d.number FROM orders o JOIN docket_numbers d ON d.matter_id = o.matter_id"
NAMED = "SELECT o.id, p.name FROM orders o JOIN parties p ON p.matter_id = o.matter_id"


def upgrade() -> None:
    op.create_table(
        "charges",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("clerk_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_charges_order_id_orders")
        ),
        sa.ForeignKeyConstraint(["clerk_id"], ["users.id"], name=op.f("fk_charges_clerk_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charges")),
    )
    for name, columns, unique in (
        ("ix_charges_held", ["order_id"], True),
        ("ix_charges_clerk", ["clerk_id", "order_id"], False),
    ):
        op.create_index(
            name, "charges", columns, unique=unique, sqlite_where=HELD, postgresql_where=HELD
        )
    op.create_table(
        "list_visits",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_list_visits_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_list_visits")),
    )
    op.create_table(
        "search_words",
        sa.Column("ending", WORD, nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.PrimaryKeyConstraint("ending", "word", name=op.f("pk_search_words")),
    )
    op.create_table(
        "search_terms",
        sa.Column("word", WORD, nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_search_terms_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("word", "order_id", name=op.f("pk_search_terms")),
    )
    _fill()
    op.create_index("ix_search_terms_order", "search_terms", ["order_id", "word"])
    op.create_index("ix_events_recorded_at", "events", ["recorded_at"])


def _fill() -> None:
    """The words of the orders that there are."""
    connection = op.get_bind()
    texts: dict[object, list[str]] = {}
    for order_id, *borne in connection.exec_driver_sql(BORNE):
        texts[order_id] = [*borne]
    for query in (NUMBERED, NAMED):
        for order_id, text in connection.exec_driver_sql(query):
            texts[order_id].append(text)
    known: set[str] = set()
    terms: list[dict[str, Any]] = []
    for order_id, said in texts.items():
        found = words(said)
        known.update(found)
        terms += [{"word": word, "order_id": order_id} for word in found]
    ends = [{"ending": ending, "word": word} for word in known for ending in endings(word)]
    # The identifier goes back as the driver gave it: its own form on either database.
    _write(connection, "INSERT INTO search_terms (word, order_id) VALUES (:word, :order_id)", terms)
    _write(connection, "INSERT INTO search_words (ending, word) VALUES (:ending, :word)", ends)


def _write(connection: sa.Connection, insert: str, rows: Sequence[dict[str, Any]]) -> None:
    for at in range(0, len(rows), BATCH):
        connection.execute(sa.text(insert), rows[at : at + BATCH])


def downgrade() -> None:
    op.drop_index("ix_events_recorded_at", "events")
    for table in ("search_terms", "search_words", "list_visits", "charges"):
        op.drop_table(table)
