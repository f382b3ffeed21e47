"""Accounts.

The second step of signing in, links that open an account, what people want to be told by mail
and what was written to them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "accounts"
down_revision = "observations"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _user(table: str, name: str = "user_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ["users.id"], name=op.f(f"fk_{table}_{name}_users"))


def upgrade() -> None:
    with op.batch_alter_table("sign_ins") as batch:
        batch.add_column(sa.Column("agent", sa.String(60), nullable=False, server_default=""))
    _guards()
    _invitations()
    _notices()


def _guards() -> None:
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        _at("started_at"),
        _at("confirmed_at", nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        _user("second_factors"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        _at("used_at", nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _user("recovery_codes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    op.create_index("ix_recovery_codes_user_id", "recovery_codes", ["user_id"])
    op.create_table(
        "half_sign_ins",
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        _at("ends_at"),
        sa.Column("id", sa.Uuid(), nullable=False),
        _user("half_sign_ins"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_half_sign_ins")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_half_sign_ins_secret_hash")),
    )
    op.create_index("ix_half_sign_ins_ends_at", "half_sign_ins", ["ends_at"])


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        _at("made_at"),
        _at("ends_at"),
        _at("used_at", nullable=True),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _user("invitations"),
        _user("invitations", "made_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_invitations_secret_hash")),
    )
    op.create_index("ix_invitations_user_id", "invitations", ["user_id"])


def _notices() -> None:
    op.create_table(
        "notice_settings",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("frequency", sa.String(40), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("every_court", sa.Boolean(), nullable=False),
        sa.Column("court_ids", JSON, nullable=False),
        _at("since_at"),
        _at("next_at"),
        _at("read_at", nullable=True),
        _user("notice_settings"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notice_settings")),
    )
    op.create_index("ix_notice_settings_next_at", "notice_settings", ["next_at"])
    op.create_table(
        "notices",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("court_day", sa.Date(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        _at("since_at"),
        _at("until_at"),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("message_id", sa.String(120), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("lines_count", sa.Integer(), nullable=False),
        _at("written_at"),
        _at("sent_at", nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _at("next_try_at", nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _user("notices"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint(
            "user_id", "zone", "court_day", name=op.f("uq_notices_user_id_zone_court_day")
        ),
    )
    op.create_index(
        "ix_notices_waiting",
        "notices",
        ["next_try_at"],
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("notices", "notice_settings", "invitations"):
        op.drop_table(table)
    for table in ("half_sign_ins", "recovery_codes", "second_factors"):
        op.drop_table(table)
    with op.batch_alter_table("sign_ins") as batch:
        batch.drop_column("agent")
