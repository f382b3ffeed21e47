"""The immutable record.

The database itself refuses what the record forbids, whoever asks: an event is never
changed or deleted, and neither is a deposited production, nor anything in it. The act of
depositing is the one UPDATE that sets ``deposited_at``; before it, a draft is free.

Both databases report a refusal as an integrity error.
"""

from __future__ import annotations

from alembic import op

revision = "immutable_record"
down_revision = "tables"
branch_labels = None
depends_on = None

APPEND_ONLY = "An event is never changed or deleted: record a correction."
DEPOSITED = "A deposited production never changes."

# How a row finds its production: {row} is OLD or NEW.
PARTS = {
    "exhibits": "{row}.production_id",
    "answers": "{row}.production_id",
    "withheld_items": "{row}.production_id",
    "exhibit_categories": "(SELECT production_id FROM exhibits WHERE id = {row}.exhibit_id)",
    "exhibit_elements": "(SELECT production_id FROM exhibits WHERE id = {row}.exhibit_id)",
}
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        upgrade_sqlite()
    else:
        upgrade_postgresql()


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        downgrade_sqlite()
    else:
        downgrade_postgresql()


def upgrade_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        refuse_in_sqlite("events", act, "TRUE", APPEND_ONLY)
        refuse_in_sqlite("productions", act, "OLD.deposited_at IS NOT NULL", DEPOSITED)
    for table, production in PARTS.items():
        for act, rows in ROWS.items():
            productions = ", ".join(production.format(row=row) for row in rows)
            deposited = f"id IN ({productions}) AND deposited_at IS NOT NULL"
            when = f"EXISTS (SELECT 1 FROM productions WHERE {deposited})"  # noqa: S608
            refuse_in_sqlite(table, act, when, DEPOSITED)


def refuse_in_sqlite(table: str, act: str, when: str, message: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_refuse_{act.lower()} BEFORE {act} ON {table}"
        f" WHEN {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def downgrade_sqlite() -> None:
    for table in ("events", "productions", *PARTS):
        for act in ROWS:
            op.execute(f"DROP TRIGGER IF EXISTS {table}_refuse_{act.lower()}")


def upgrade_postgresql() -> None:
    define("refuse_event_change", refusal(APPEND_ONLY))
    define("refuse_truncate", refusal("The record is never emptied."))
    define(
        "refuse_production_change",
        f"""
        IF OLD.deposited_at IS NOT NULL THEN {refusal(DEPOSITED)} END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
        """,
    )
    on_each_row("events", "UPDATE OR DELETE", "refuse_event_change")
    on_each_row("productions", "UPDATE OR DELETE", "refuse_production_change")
    for table, production in PARTS.items():
        define(f"refuse_{table}_change", part_of_deposited(production))
        on_each_row(table, "INSERT OR UPDATE OR DELETE", f"refuse_{table}_change")
    for table in ("events", "productions", *PARTS):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate()"
        )


def refusal(message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';"


def part_of_deposited(production: str) -> str:
    # FOR SHARE: an exhibit put into a draft and the deposit of that draft wait for each
    # other; under plain reads both would pass.
    check = """
        PERFORM FROM productions WHERE id = {production} AND deposited_at IS NULL FOR SHARE;
        IF NOT FOUND AND EXISTS (SELECT FROM productions WHERE id = {production}) THEN
            {refusal}
        END IF;"""
    old, new = (
        check.format(production=production.format(row=row), refusal=refusal(DEPOSITED))
        for row in ("OLD", "NEW")
    )
    return f"""
        IF TG_OP <> 'INSERT' THEN {old} END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        {new}
        RETURN NEW;
        """


def define(function: str, body: str) -> None:
    op.execute(
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
    )


def on_each_row(table: str, acts: str, function: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_refuse_change BEFORE {acts} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


def downgrade_postgresql() -> None:
    functions = ["refuse_event_change", "refuse_production_change", "refuse_truncate"]
    for function in (*functions, *(f"refuse_{table}_change" for table in PARTS)):
        op.execute(f"DROP FUNCTION {function}() CASCADE")
