"""Sealed files; what comes through the public form, and the way back to its answers; where a desk stands in public addresses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("desk", sa.Column("place", sa.Text(), nullable=True))
    op.add_column("desk", sa.Column("answer_hours", sa.Integer(), server_default="24", nullable=False))
    op.create_unique_constraint(op.f("uq_desk_place"), "desk", ["place"])
    op.create_check_constraint(op.f("ck_desk_place"), "desk", "place ~ '^[a-z0-9]{1,12}$'")
    op.create_check_constraint(op.f("ck_desk_answer_hours"), "desk", "answer_hours BETWEEN 1 AND 720")
    op.create_table(
        "stored_file",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "document", "picture", "sound", name="filekind", native_enum=False, create_constraint=True, length=60
            ),
            nullable=False,
        ),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column(
            "apart",
            sa.Enum(
                "holds-program",
                "pretends",
                "unreadable",
                name="apart",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=True,
        ),
        sa.Column("copy_of_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("copy_of_id IS NULL OR apart IS NULL", name=op.f("ck_stored_file_copies_are_shown")),
        sa.CheckConstraint("size > 0 AND pieces > 0", name=op.f("ck_stored_file_content")),
        sa.ForeignKeyConstraint(
            ["desk_id", "copy_of_id"],
            ["stored_file.desk_id", "stored_file.id"],
            name=op.f("fk_stored_file_desk_id_copy_of_id_stored_file"),
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_stored_file_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("desk_id", "copy_of_id", name=op.f("uq_stored_file_desk_id_copy_of_id")),
    )
    op.create_table(
        "file_piece",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["desk_id", "file_id"],
            ["stored_file.desk_id", "stored_file.id"],
            name=op.f("fk_file_piece_desk_id_file_id_stored_file"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_file_piece_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_file_piece")),
        sa.UniqueConstraint("desk_id", "file_id", "number", name=op.f("uq_file_piece_desk_id_file_id_number")),
    )
    op.create_table(
        "outgoing",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "way",
            sa.Enum("email", "sms", name="way", native_enum=False, create_constraint=True, length=60),
            nullable=False,
        ),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_outgoing_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_outgoing")),
    )
    op.create_index("ix_outgoing_at", "outgoing", ["desk_id", "at"], unique=False)
    op.create_table(
        "intake_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("file_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_intake_draft_desk_id_desk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_draft")),
    )
    op.create_index(op.f("ix_intake_draft_expires_at"), "intake_draft", ["expires_at"], unique=False)
    op.create_table(
        "intake",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_phone", sa.Boolean(), nullable=False),
        sa.Column(
            "danger",
            sa.Enum(
                "yes", "no", "unknown", "unsaid", name="said", native_enum=False, create_constraint=True, length=60
            ),
            nullable=False,
        ),
        sa.Column("minor", sa.Boolean(), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("safe_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("safe_version", sa.Integer(), nullable=False),
        sa.Column("unsafe_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "suspicion",
            sa.Enum(
                "hidden-field",
                "links",
                "too-fast",
                name="suspicion",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=True,
        ),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("withdrawn_at IS NULL OR answers_sealed IS NULL", name=op.f("ck_intake_withdrawn_is_empty")),
        sa.ForeignKeyConstraint(
            ["desk_id", "appointment_id"],
            ["appointment.desk_id", "appointment.id"],
            name=op.f("fk_intake_desk_id_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["desk_id", "contact_id"],
            ["contact.desk_id", "contact.id"],
            name=op.f("fk_intake_desk_id_contact_id_contact"),
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_intake_desk_id_desk")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_intake_owner_id_account")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_intake")),
        sa.UniqueConstraint("desk_id", "key", name=op.f("uq_intake_desk_id_key")),
    )
    op.create_index("ix_intake_contact", "intake", ["desk_id", "contact_id"], unique=False)
    op.create_index("ix_intake_sent", "intake", ["desk_id", "sent_at", "id"], unique=False)
    op.create_index(
        "ix_intake_waiting",
        "intake",
        ["desk_id", "urgency", "waiting_since"],
        unique=False,
        postgresql_where=sa.text("waiting_since IS NOT NULL AND closed_at IS NULL"),
    )
    op.create_table(
        "intake_message",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("desk", "person", name="side", native_enum=False, create_constraint=True, length=60),
            nullable=False,
        ),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_intake_message_author_id_account")),
        sa.ForeignKeyConstraint(
            ["desk_id", "contact_id"],
            ["contact.desk_id", "contact.id"],
            name=op.f("fk_intake_message_desk_id_contact_id_contact"),
        ),
        sa.ForeignKeyConstraint(
            ["desk_id", "intake_id"], ["intake.desk_id", "intake.id"], name="fk_intake_message_intake"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_intake_message_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_intake_message")),
        sa.UniqueConstraint("desk_id", "intake_id", "key", name=op.f("uq_intake_message_desk_id_intake_id_key")),
    )
    op.create_index("ix_intake_message_intake", "intake_message", ["desk_id", "intake_id", "at"], unique=False)
    op.create_table(
        "intake_file",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["desk_id", "file_id"],
            ["stored_file.desk_id", "stored_file.id"],
            name=op.f("fk_intake_file_desk_id_file_id_stored_file"),
        ),
        sa.ForeignKeyConstraint(
            ["desk_id", "intake_id"], ["intake.desk_id", "intake.id"], name="fk_intake_file_intake"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_intake_file_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_intake_file")),
        sa.UniqueConstraint("desk_id", "file_id", name=op.f("uq_intake_file_desk_id_file_id")),
    )
    op.create_index("ix_intake_file_intake", "intake_file", ["desk_id", "intake_id"], unique=False)
    op.create_table(
        "intake_offer",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "accepted", "declined", "open", name="offerstate", native_enum=False, create_constraint=True, length=60
            ),
            nullable=False,
        ),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["desk_id", "duty_id"], ["duty.desk_id", "duty.id"], name=op.f("fk_intake_offer_desk_id_duty_id_duty")
        ),
        sa.ForeignKeyConstraint(
            ["desk_id", "intake_id"], ["intake.desk_id", "intake.id"], name="fk_intake_offer_intake"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_intake_offer_desk_id_desk")),
        sa.ForeignKeyConstraint(["offered_by_id"], ["account.id"], name=op.f("fk_intake_offer_offered_by_id_account")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_intake_offer")),
    )
    op.create_index("ix_intake_offer_intake", "intake_offer", ["desk_id", "intake_id"], unique=False)
    op.create_table(
        "return_code",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["desk_id", "intake_id"], ["intake.desk_id", "intake.id"], name="fk_return_code_intake"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_return_code_desk_id_desk")),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_return_code_made_by_id_account")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_return_code")),
        sa.UniqueConstraint("locator", name=op.f("uq_return_code_locator")),
    )
    op.create_index("ix_return_code_intake", "return_code", ["desk_id", "intake_id"], unique=False)


def downgrade() -> None:
    op.drop_table("return_code")
    op.drop_table("intake_offer")
    op.drop_table("intake_file")
    op.drop_table("intake_message")
    op.drop_table("intake")
    op.drop_table("intake_draft")
    op.drop_table("outgoing")
    op.drop_table("file_piece")
    op.drop_table("stored_file")
    op.drop_constraint(op.f("ck_desk_answer_hours"), "desk", type_="check")
    op.drop_constraint(op.f("ck_desk_place"), "desk", type_="check")
    op.drop_constraint(op.f("uq_desk_place"), "desk", type_="unique")
    op.drop_column("desk", "answer_hours")
    op.drop_column("desk", "place")
