"""Proof.

The log of all acts, its heads and keys, the lines of each deposit's manifest, editions of an
exhibit, and first downloads. The database itself refuses to change an entry of the log or a
line of a manifest, whoever asks; of a record beside the log, only its erasure passes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "proof"
down_revision = "milestones"
branch_labels = None
depends_on = None

WRITTEN_ONCE = "What the log holds is never changed or deleted."
LINES = "A deposited production never changes."
FIRST = "A first download is recorded once."

# What each table refuses, and when: SQLite's condition, which PostgreSQL reads too.
REFUSED = {
    ("log_entries", "UPDATE"): ("TRUE", WRITTEN_ONCE),
    ("log_entries", "DELETE"): ("TRUE", WRITTEN_ONCE),
    ("log_records", "UPDATE"): ("NEW.record IS NOT NULL", WRITTEN_ONCE),
    ("log_records", "DELETE"): ("TRUE", WRITTEN_ONCE),
    ("log_heads", "UPDATE"): (
        "NEW.size <> OLD.size OR NEW.at <> OLD.at OR NEW.note <> OLD.note"
        " OR NEW.key_id <> OLD.key_id OR OLD.token IS NOT NULL",
        WRITTEN_ONCE,
    ),
    ("log_heads", "DELETE"): ("TRUE", WRITTEN_ONCE),
    ("log_tail", "UPDATE"): ("NEW.size <= OLD.size", WRITTEN_ONCE),
    ("log_tail", "DELETE"): ("TRUE", WRITTEN_ONCE),
    ("manifest_lines", "UPDATE"): ("TRUE", LINES),
    ("manifest_lines", "DELETE"): ("TRUE", LINES),
    ("first_downloads", "UPDATE"): ("TRUE", FIRST),
    ("first_downloads", "DELETE"): ("TRUE", FIRST),
}
TABLES = tuple(dict.fromkeys(table for table, _ in REFUSED))


def upgrade() -> None:
    create_log()
    create_manifest()
    editions()
    for (table, act), (when, message) in REFUSED.items():
        if op.get_context().dialect.name == "sqlite":
            refuse_in_sqlite(table, act, when, message)
        else:
            refuse_in_postgresql(table, act, when, message)
    if op.get_context().dialect.name != "sqlite":
        for table in TABLES:
            op.execute(
                f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate()"
            )


def create_log() -> None:
    op.create_table(
        "log_entries",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("court_id", sa.Uuid(), nullable=True),
        sa.Column("matter_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("production_id", sa.Uuid(), nullable=True),
        sa.Column("leaf", sa.Text(), nullable=False),
        sa.Column("nodes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_log_entries")),
    )
    op.create_index("ix_log_entries_at", "log_entries", ["at"])
    op.create_index("ix_log_entries_matter_id_index", "log_entries", ["matter_id", "index"])
    op.create_index("ix_log_entries_production_id_act", "log_entries", ["production_id", "act"])
    op.create_table(
        "log_records",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_log_records")),
    )
    tail = op.create_table(
        "log_tail",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_tail")),
    )
    op.bulk_insert(tail, [{"id": 1, "size": 0, "frontier": ""}])
    op.create_table(
        "log_heads",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("token_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_heads")),
    )
    op.create_table(
        "signing_keys",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("succession", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_signing_keys")),
    )


def create_manifest() -> None:
    op.add_column("productions", sa.Column("receipt_digest", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_productions_receipt_digest"), "productions", ["receipt_digest"])
    op.create_table(
        "manifest_lines",
        sa.Column("production_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("exhibit_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("name_salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["exhibit_id"], ["exhibits.id"], name=op.f("fk_manifest_lines_exhibit_id_exhibits")
        ),
        sa.ForeignKeyConstraint(
            ["production_id"],
            ["productions.id"],
            name=op.f("fk_manifest_lines_production_id_productions"),
        ),
        sa.PrimaryKeyConstraint("production_id", "position", name=op.f("pk_manifest_lines")),
    )
    op.create_table(
        "first_downloads",
        sa.Column("exhibit_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_first_downloads_by_users")),
        sa.ForeignKeyConstraint(
            ["exhibit_id"], ["exhibits.id"], name=op.f("fk_first_downloads_exhibit_id_exhibits")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_first_downloads_party_id_parties")
        ),
        sa.PrimaryKeyConstraint("exhibit_id", "party_id", name=op.f("pk_first_downloads")),
    )


def editions() -> None:
    triggers = taken_off()
    with op.batch_alter_table("exhibits") as table:
        table.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("replaces_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("replaces_reason", sa.Text(), nullable=False, server_default=""))
        table.create_foreign_key(
            op.f("fk_exhibits_replaces_id_exhibits"), "exhibits", ["replaces_id"], ["id"]
        )
        table.drop_constraint(op.f("uq_exhibits_party_id_number"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_exhibits_party_id_number_edition"), ["party_id", "number", "edition"]
        )
    with op.batch_alter_table("exhibits") as table:
        table.alter_column("edition", server_default=None)
        table.alter_column("replaces_reason", server_default=None)
    put_back(triggers)


def taken_off() -> list[str]:
    """SQLite makes a table anew to change it: its triggers are taken off and put back."""
    if op.get_context().dialect.name != "sqlite":
        return []
    found = (
        op.get_bind()
        .exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        .all()
    )
    for name, _ in found:
        op.execute(f"DROP TRIGGER {name}")
    return [sql for _, sql in found]


def put_back(triggers: list[str]) -> None:
    for sql in triggers:
        op.execute(sa.text(sql.replace(":", r"\:")))


def refuse_in_sqlite(table: str, act: str, when: str, message: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_refuse_{act.lower()} BEFORE {act} ON {table}"
        f" WHEN {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def refuse_in_postgresql(table: str, act: str, when: str, message: str) -> None:
    function = f"refuse_{table}_{act.lower()}"
    passes = "OLD" if act == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';"
        f" END IF; RETURN {passes}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuse_{act.lower()} BEFORE {act} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


def downgrade() -> None:
    for name, act in REFUSED:
        if op.get_context().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}_refuse_{act.lower()}")
        else:
            op.execute(f"DROP FUNCTION refuse_{name}_{act.lower()}() CASCADE")
    triggers = taken_off()
    with op.batch_alter_table("exhibits") as table:
        table.drop_constraint(op.f("uq_exhibits_party_id_number_edition"), type_="unique")
        table.drop_constraint(op.f("fk_exhibits_replaces_id_exhibits"), type_="foreignkey")
        table.drop_column("replaces_reason")
        table.drop_column("replaces_id")
        table.drop_column("edition")
        table.create_unique_constraint(op.f("uq_exhibits_party_id_number"), ["party_id", "number"])
    op.drop_index(op.f("ix_productions_receipt_digest"), "productions")
    op.drop_column("productions", "receipt_digest")
    put_back(triggers)
    for table_name in (
        "first_downloads",
        "manifest_lines",
        "signing_keys",
        "log_heads",
        "log_tail",
        "log_records",
        "log_entries",
    ):
        op.drop_table(table_name)
