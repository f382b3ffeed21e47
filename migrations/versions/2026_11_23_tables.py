"""The tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "tables"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:  # noqa: PLR0915
    op.create_table(
        "courts",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rule_pack", sa.String(length=60), nullable=False),
        sa.Column("calendar", sa.String(length=60), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courts")),
        sa.UniqueConstraint("code", name=op.f("uq_courts_code")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    op.create_index("ix_sign_in_failures_key_at", "sign_in_failures", ["key", "at"], unique=False)
    op.create_table(
        "users",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("every_matter", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_api_tokens_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_tokens_secret_hash")),
    )
    op.create_index(op.f("ix_api_tokens_user_id"), "api_tokens", ["user_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_idempotency_keys_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_idempotency_keys_user_id_key")),
    )
    op.create_table(
        "matters",
        sa.Column("court_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["court_id"], ["courts.id"], name=op.f("fk_matters_court_id_courts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matters")),
    )
    op.create_index(op.f("ix_matters_court_id"), "matters", ["court_id"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("csrf_secret", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sign_ins_secret_hash")),
    )
    op.create_index(op.f("ix_sign_ins_user_id"), "sign_ins", ["user_id"], unique=False)
    op.create_table(
        "api_token_matters",
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_api_token_matters_matter_id_matters")
        ),
        sa.ForeignKeyConstraint(
            ["token_id"], ["api_tokens.id"], name=op.f("fk_api_token_matters_token_id_api_tokens")
        ),
        sa.PrimaryKeyConstraint("token_id", "matter_id", name=op.f("pk_api_token_matters")),
    )
    op.create_table(
        "docket_numbers",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_docket_numbers_matter_id_matters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_docket_numbers")),
        sa.UniqueConstraint(
            "matter_id", "kind", "number", name=op.f("uq_docket_numbers_matter_id_kind_number")
        ),
    )
    op.create_index(
        op.f("ix_docket_numbers_matter_id"), "docket_numbers", ["matter_id"], unique=False
    )
    op.create_index(op.f("ix_docket_numbers_number"), "docket_numbers", ["number"], unique=False)
    op.create_table(
        "orders",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("court_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("operative_part", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("rule_pack", sa.String(length=60), nullable=False),
        sa.Column("rule_pack_version", sa.String(length=60), nullable=False),
        sa.Column("calendar", sa.String(length=60), nullable=False),
        sa.Column("calendar_version", sa.String(length=60), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("events_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=True),
        sa.Column("source_name", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["court_id"], ["courts.id"], name=op.f("fk_orders_court_id_courts")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_orders_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_orders_matter_id_matters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )
    op.create_index(op.f("ix_orders_matter_id"), "orders", ["matter_id"], unique=False)
    op.create_table(
        "parties",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_parties_matter_id_matters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
        sa.UniqueConstraint("matter_id", "name", name=op.f("uq_parties_matter_id_name")),
    )
    op.create_index(op.f("ix_parties_matter_id"), "parties", ["matter_id"], unique=False)
    op.create_table(
        "stored_files",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_stored_files_matter_id_matters")
        ),
        sa.PrimaryKeyConstraint("matter_id", "sha256", name=op.f("pk_stored_files")),
    )
    op.create_table(
        "categories",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("period_from_on", sa.Date(), nullable=True),
        sa.Column("period_to_on", sa.Date(), nullable=True),
        sa.Column("period_note", sa.Text(), nullable=False),
        sa.Column("redaction", sa.Text(), nullable=False),
        sa.Column(
            "term",
            JSON,
            nullable=False,
        ),
        sa.Column(
            "penalty_terms",
            JSON,
            nullable=True,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_categories_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_categories_order_id_number")),
    )
    op.create_index(op.f("ix_categories_order_id"), "categories", ["order_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("obligor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "category_ids",
            JSON,
            nullable=False,
        ),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "payload",
            JSON,
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrects"], ["events.id"], name=op.f("fk_events_corrects_events")
        ),
        sa.ForeignKeyConstraint(
            ["obligor_id"], ["parties.id"], name=op.f("fk_events_obligor_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_events_order_id_orders")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_events_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("corrects", name=op.f("uq_events_corrects")),
        sa.UniqueConstraint("order_id", "seq", name=op.f("uq_events_order_id_seq")),
    )
    op.create_table(
        "memberships",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("court_id", sa.Uuid(), nullable=True),
        sa.Column("matter_id", sa.Uuid(), nullable=True),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(court_id IS NOT NULL AND matter_id IS NULL AND party_id IS NULL)"
            " OR (court_id IS NULL AND matter_id IS NOT NULL AND party_id IS NOT NULL)",
            name=op.f("ck_memberships_court_or_party"),
        ),
        sa.ForeignKeyConstraint(
            ["court_id"], ["courts.id"], name=op.f("fk_memberships_court_id_courts")
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_memberships_matter_id_matters")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_memberships_party_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_memberships_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_court_id"), "memberships", ["court_id"], unique=False)
    op.create_index(op.f("ix_memberships_matter_id"), "memberships", ["matter_id"], unique=False)
    op.create_index(op.f("ix_memberships_user_id"), "memberships", ["user_id"], unique=False)
    op.create_table(
        "order_references",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_references_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_references")),
    )
    op.create_index(
        op.f("ix_order_references_order_id"), "order_references", ["order_id"], unique=False
    )
    op.create_table(
        "productions",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("deposited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deposited_by", sa.Uuid(), nullable=True),
        sa.Column(
            "receipt",
            JSON,
            nullable=True,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_productions_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["deposited_by"], ["users.id"], name=op.f("fk_productions_deposited_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_productions_matter_id_matters")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_productions_order_id_orders")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_productions_party_id_parties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_productions")),
        sa.UniqueConstraint(
            "order_id", "party_id", "number", name=op.f("uq_productions_order_id_party_id_number")
        ),
    )
    op.create_index(op.f("ix_productions_matter_id"), "productions", ["matter_id"], unique=False)
    op.create_index(op.f("ix_productions_order_id"), "productions", ["order_id"], unique=False)
    op.create_table(
        "representations",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("counsel", sa.Text(), nullable=False),
        sa.Column("bar", sa.Text(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_representations_party_id_parties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representations")),
    )
    op.create_index(
        op.f("ix_representations_party_id"), "representations", ["party_id"], unique=False
    )
    op.create_table(
        "answers",
        sa.Column("production_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("declaration", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("declared_total", sa.Integer(), nullable=True),
        sa.Column(
            "values",
            JSON,
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_answers_category_id_categories")
        ),
        sa.ForeignKeyConstraint(
            ["production_id"], ["productions.id"], name=op.f("fk_answers_production_id_productions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint(
            "production_id", "category_id", name=op.f("uq_answers_production_id_category_id")
        ),
    )
    op.create_table(
        "category_beneficiaries",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_category_beneficiaries_category_id_categories"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_category_beneficiaries_party_id_parties")
        ),
        sa.PrimaryKeyConstraint("category_id", "party_id", name=op.f("pk_category_beneficiaries")),
    )
    op.create_table(
        "elements",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_elements_category_id_categories")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elements")),
    )
    op.create_index(op.f("ix_elements_category_id"), "elements", ["category_id"], unique=False)
    op.create_table(
        "exhibits",
        sa.Column("production_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("confidentiality", sa.String(length=40), nullable=False),
        sa.Column("bates_first", sa.String(length=60), nullable=True),
        sa.Column("bates_last", sa.String(length=60), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_exhibits_matter_id_matters")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_exhibits_party_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["production_id"],
            ["productions.id"],
            name=op.f("fk_exhibits_production_id_productions"),
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["users.id"], name=op.f("fk_exhibits_uploaded_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibits")),
        sa.UniqueConstraint("party_id", "number", name=op.f("uq_exhibits_party_id_number")),
    )
    op.create_index(op.f("ix_exhibits_production_id"), "exhibits", ["production_id"], unique=False)
    op.create_table(
        "obligations",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("obligor_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_obligations_category_id_categories")
        ),
        sa.ForeignKeyConstraint(
            ["obligor_id"], ["parties.id"], name=op.f("fk_obligations_obligor_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_obligations_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligations")),
        sa.UniqueConstraint(
            "category_id", "obligor_id", name=op.f("uq_obligations_category_id_obligor_id")
        ),
    )
    op.create_index(op.f("ix_obligations_order_id"), "obligations", ["order_id"], unique=False)
    op.create_table(
        "withheld_items",
        sa.Column("production_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("legal_text", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_withheld_items_category_id_categories"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_withheld_items_party_id_parties")
        ),
        sa.ForeignKeyConstraint(
            ["production_id"],
            ["productions.id"],
            name=op.f("fk_withheld_items_production_id_productions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withheld_items")),
        sa.UniqueConstraint("party_id", "number", name=op.f("uq_withheld_items_party_id_number")),
    )
    op.create_index(
        op.f("ix_withheld_items_production_id"), "withheld_items", ["production_id"], unique=False
    )
    op.create_table(
        "exhibit_categories",
        sa.Column("exhibit_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_exhibit_categories_category_id_categories"),
        ),
        sa.ForeignKeyConstraint(
            ["exhibit_id"], ["exhibits.id"], name=op.f("fk_exhibit_categories_exhibit_id_exhibits")
        ),
        sa.PrimaryKeyConstraint("exhibit_id", "category_id", name=op.f("pk_exhibit_categories")),
    )
    op.create_table(
        "exhibit_elements",
        sa.Column("exhibit_id", sa.Uuid(), nullable=False),
        sa.Column("element_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["element_id"], ["elements.id"], name=op.f("fk_exhibit_elements_element_id_elements")
        ),
        sa.ForeignKeyConstraint(
            ["exhibit_id"], ["exhibits.id"], name=op.f("fk_exhibit_elements_exhibit_id_exhibits")
        ),
        sa.PrimaryKeyConstraint("exhibit_id", "element_id", name=op.f("pk_exhibit_elements")),
    )
    op.create_table(
        "standings",
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("court_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("sort_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("raw_on", sa.Date(), nullable=True),
        sa.Column("trigger_on", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("undated", sa.Boolean(), nullable=False),
        sa.Column("awaiting", sa.Boolean(), nullable=False),
        sa.Column("stayed", sa.Boolean(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("first_produced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stayed_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_count", sa.Integer(), nullable=False),
        sa.Column("elements_count", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(length=40), nullable=False),
        sa.Column(
            "clock",
            JSON,
            nullable=False,
        ),
        sa.Column("calendar_version", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["court_id"], ["courts.id"], name=op.f("fk_standings_court_id_courts")
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_standings_matter_id_matters")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligations.id"],
            name=op.f("fk_standings_obligation_id_obligations"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_standings_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("obligation_id", "valid_from", name=op.f("pk_standings")),
    )
    op.create_index(
        "ix_standings_counted",
        "standings",
        [
            "court_id",
            "valid_until",
            "sort_at",
            "valid_from",
            "due_from_at",
            "due_at",
            "first_produced_at",
            "completed_at",
            "ended",
            "stayed",
            "awaiting",
        ],
        unique=False,
        sqlite_where=sa.text("valid_until IS NULL"),
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.create_index(
        "ix_standings_court",
        "standings",
        ["court_id", "valid_until", "sort_at", "obligation_id"],
        unique=False,
    )
    op.create_index(
        "ix_standings_matter", "standings", ["matter_id", "sort_at", "obligation_id"], unique=False
    )
    op.create_index(
        "ix_standings_open",
        "standings",
        ["court_id", "sort_at", "obligation_id"],
        unique=False,
        sqlite_where=sa.text("valid_until IS NULL AND completed_at IS NULL AND ended = 0"),
        postgresql_where=sa.text("valid_until IS NULL AND completed_at IS NULL AND NOT ended"),
    )
    op.create_index(op.f("ix_standings_order_id"), "standings", ["order_id"], unique=False)
    op.create_index(
        "ix_standings_was_overdue",
        "standings",
        ["court_id", "valid_until", "sort_at", "obligation_id", "valid_from"],
        unique=False,
        sqlite_where=sa.text("completed_at IS NULL AND sort_at < valid_until AND ended = 0"),
        postgresql_where=sa.text("completed_at IS NULL AND sort_at < valid_until AND NOT ended"),
    )


def downgrade() -> None:
    op.drop_table("standings")
    op.drop_table("exhibit_elements")
    op.drop_table("exhibit_categories")
    op.drop_table("withheld_items")
    op.drop_table("obligations")
    op.drop_table("exhibits")
    op.drop_table("elements")
    op.drop_table("category_beneficiaries")
    op.drop_table("answers")
    op.drop_table("representations")
    op.drop_table("productions")
    op.drop_table("order_references")
    op.drop_table("memberships")
    op.drop_table("events")
    op.drop_table("categories")
    op.drop_table("stored_files")
    op.drop_table("parties")
    op.drop_table("orders")
    op.drop_table("docket_numbers")
    op.drop_table("api_token_matters")
    op.drop_table("sign_ins")
    op.drop_table("matters")
    op.drop_table("idempotency_keys")
    op.drop_table("api_tokens")
    op.drop_table("users")
    op.drop_table("sign_in_failures")
    op.drop_table("courts")
