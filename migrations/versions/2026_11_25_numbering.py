"""Numbering.

Folders of exhibits, Bates numbers of withheld items, numbers declared skipped, stamped copies.
What a deposited production says of skipped numbers never changes; the database refuses it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "numbering"
down_revision = "inspections"
branch_labels = None
depends_on = None

DEPOSITED = "A deposited production never changes."
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def upgrade() -> None:
    folder = sa.Column("folder", sa.Text(), server_default=sa.text("''"), nullable=False)
    op.add_column("exhibits", folder)
    for name in ("bates_first", "bates_last"):
        op.add_column("withheld_items", sa.Column(name, sa.String(60), nullable=True))
    create_skipped_numbers()
    create_stamped_copies()
    if op.get_context().dialect.name == "sqlite":
        refuse_in_sqlite()
    else:
        refuse_in_postgresql()


def create_skipped_numbers() -> None:
    op.create_table(
        "skipped_numbers",
        sa.Column("production_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(40), nullable=False),
        sa.Column("first", sa.String(60), nullable=False),
        sa.Column("last", sa.String(60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["production_id"],
            ["productions.id"],
            name="fk_skipped_numbers_production_id_productions",
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name="fk_skipped_numbers_party_id_parties"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_skipped_numbers"),
    )
    for column in ("party_id", "production_id"):
        op.create_index(f"ix_skipped_numbers_{column}", "skipped_numbers", [column])


def create_stamped_copies() -> None:
    op.create_table(
        "stamped_copies",
        sa.Column("exhibit_id", sa.Uuid(), nullable=False),
        sa.Column("style", sa.String(40), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("breaks_signature", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exhibit_id"],
            ["exhibits.id"],
            name="fk_stamped_copies_exhibit_id_exhibits",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name="fk_stamped_copies_made_by_users"),
        sa.PrimaryKeyConstraint("id", name="pk_stamped_copies"),
        sa.UniqueConstraint("exhibit_id", "style", name="uq_stamped_copies_exhibit_id_style"),
    )


def refuse_in_sqlite() -> None:
    for act, rows in ROWS.items():
        productions = ", ".join(f"{row}.production_id" for row in rows)
        deposited = f"id IN ({productions}) AND deposited_at IS NOT NULL"
        when = f"EXISTS (SELECT 1 FROM productions WHERE {deposited})"  # noqa: S608
        op.execute(
            f"CREATE TRIGGER skipped_numbers_refuse_{act.lower()} BEFORE {act} ON skipped_numbers"
            f" WHEN {when} BEGIN SELECT RAISE(ABORT, '{DEPOSITED}'); END"
        )


def refuse_in_postgresql() -> None:
    # FOR SHARE: what is put into a draft and the deposit of that draft wait for each other.
    check = """
        PERFORM FROM productions WHERE id = {row}.production_id AND deposited_at IS NULL FOR SHARE;
        IF NOT FOUND AND EXISTS (SELECT FROM productions WHERE id = {row}.production_id) THEN
            RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';
        END IF;"""
    old, new = (check.format(row=row, message=DEPOSITED) for row in ("OLD", "NEW"))
    op.execute(
        "CREATE FUNCTION refuse_skipped_numbers_change() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF TG_OP <> 'INSERT' THEN {old} END IF;"
        f" IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; {new} RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER skipped_numbers_refuse_change BEFORE INSERT OR UPDATE OR DELETE"
        " ON skipped_numbers FOR EACH ROW EXECUTE FUNCTION refuse_skipped_numbers_change()"
    )
    op.execute(
        "CREATE TRIGGER skipped_numbers_refuse_truncate BEFORE TRUNCATE ON skipped_numbers"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate()"
    )


def downgrade() -> None:
    # The triggers go with their table.
    op.drop_table("stamped_copies")
    op.drop_table("skipped_numbers")
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_skipped_numbers_change()")
    for name in ("bates_first", "bates_last"):
        op.drop_column("withheld_items", name)
    op.drop_column("exhibits", "folder")
