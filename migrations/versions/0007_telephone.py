"""How lines behave and what their prompts sound like; call-backs, messages, texts; where our calls and the provider's differ."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_difference",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "not-here", "not-there", "state", name="differs", native_enum=False, create_constraint=True, length=60
            ),
            nullable=False,
        ),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_difference")),
        sa.UniqueConstraint("sid", "kind", name=op.f("uq_call_difference_sid_kind")),
    )
    op.create_table(
        "desk_help",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("helper_id", sa.Text(), nullable=False),
        sa.Column("helped_id", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("helper_id <> helped_id", name=op.f("ck_desk_help_another_desk")),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["account.id"], name=op.f("fk_desk_help_agreed_by_id_account")),
        sa.ForeignKeyConstraint(["helped_id"], ["desk.id"], name=op.f("fk_desk_help_helped_id_desk")),
        sa.ForeignKeyConstraint(["helper_id"], ["desk.id"], name=op.f("fk_desk_help_helper_id_desk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_help")),
        sa.UniqueConstraint("helper_id", "helped_id", name=op.f("uq_desk_help_helper_id_helped_id")),
    )
    op.create_table(
        "line_version",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("settings", postgresql.JSONB(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["account.id"], name=op.f("fk_line_version_changed_by_id_account")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_line_version_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_line_version")),
        sa.UniqueConstraint(
            "desk_id", "line_number", "version", name=op.f("uq_line_version_desk_id_line_number_version")
        ),
    )
    op.create_table(
        "recording",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sound", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("stand_in", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_recording_desk_id_desk")),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_recording_made_by_id_account")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_recording")),
        sa.UniqueConstraint(
            "desk_id", "prompt", "language", "key", name=op.f("uq_recording_desk_id_prompt_language_key")
        ),
    )
    op.create_index(op.f("ix_recording_digest"), "recording", ["digest"], unique=False)
    op.create_table(
        "text_message",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=True),
        sa.Column("line_number", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sender_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("stops", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_text_message_by_id_account")),
        sa.ForeignKeyConstraint(["desk_id", "contact_id"], ["contact.desk_id", "contact.id"], name="fk_text_contact"),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_text_message_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_text_message")),
        sa.UniqueConstraint("sid", name=op.f("uq_text_message_sid")),
    )
    op.create_index("ix_text_message_contact", "text_message", ["desk_id", "contact_id", "at"], unique=False)
    op.create_table(
        "call_back",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column(
            "asked",
            sa.Enum(
                "call-back", "message", "promise", name="asked", native_enum=False, create_constraint=True, length=60
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "reached",
                "not-reached",
                "not-safe",
                "called-again",
                "not-needed",
                "nothing-said",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=True,
        ),
        sa.Column("from_hour", sa.Integer(), nullable=True),
        sa.Column("until_hour", sa.Integer(), nullable=True),
        sa.Column("machine_ok", sa.Boolean(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by_id", sa.Uuid(), nullable=True),
        sa.Column("read_note", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name=op.f("ck_call_back_done_with_outcome")),
        sa.CheckConstraint("(from_hour IS NULL) = (until_hour IS NULL)", name=op.f("ck_call_back_both_hours")),
        sa.CheckConstraint("(read_at IS NULL) = (read_by_id IS NULL)", name=op.f("ck_call_back_read_by_somebody")),
        sa.ForeignKeyConstraint(["desk_id", "call_id"], ["call.desk_id", "call.id"], name="fk_call_back_call"),
        sa.ForeignKeyConstraint(
            ["desk_id", "contact_id"], ["contact.desk_id", "contact.id"], name="fk_call_back_contact"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_call_back_desk_id_desk")),
        sa.ForeignKeyConstraint(["done_by_id"], ["account.id"], name=op.f("fk_call_back_done_by_id_account")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_call_back_owner_id_account")),
        sa.ForeignKeyConstraint(["read_by_id"], ["account.id"], name=op.f("fk_call_back_read_by_id_account")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_call_back")),
        sa.UniqueConstraint("desk_id", "call_id", "asked", name=op.f("uq_call_back_desk_id_call_id_asked")),
    )
    op.create_index("ix_call_back_contact", "call_back", ["desk_id", "contact_id"], unique=False)
    op.create_index(
        "ix_call_back_open",
        "call_back",
        ["desk_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "voice_message",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sound_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_there_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_by_id", sa.Uuid(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["desk_id", "call_id"], ["call.desk_id", "call.id"], name="fk_message_call"),
        sa.ForeignKeyConstraint(
            ["desk_id", "contact_id"], ["contact.desk_id", "contact.id"], name="fk_message_contact"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_voice_message_desk_id_desk")),
        sa.ForeignKeyConstraint(["heard_by_id"], ["account.id"], name=op.f("fk_voice_message_heard_by_id_account")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_voice_message")),
        sa.UniqueConstraint("sid", name=op.f("uq_voice_message_sid")),
    )
    op.create_index("ix_message_contact", "voice_message", ["desk_id", "contact_id"], unique=False)
    op.create_table(
        "call_back_attempt",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_back_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column(
            "tried",
            sa.Enum(
                "reached",
                "no-answer",
                "busy",
                "somebody-else",
                "machine",
                "wrong-number",
                "not-put-through",
                name="tried",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=True,
        ),
        sa.Column("sid", sa.Text(), nullable=True),
        sa.Column("override_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_call_back_attempt_by_id_account")),
        sa.ForeignKeyConstraint(
            ["desk_id", "call_back_id"], ["call_back.desk_id", "call_back.id"], name="fk_attempt_call_back"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_call_back_attempt_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_call_back_attempt")),
    )
    op.create_index("ix_attempt_call_back", "call_back_attempt", ["desk_id", "call_back_id"], unique=False)
    op.create_table(
        "room_guest",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "interpreter",
                "colleague",
                "warm",
                "cold",
                "emergency",
                name="guestkind",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("language_asked", sa.Text(), nullable=True),
        sa.Column("language_served", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sid", sa.Text(), nullable=True),
        sa.CheckConstraint("(kind = 'emergency') = (account_id IS NULL)", name=op.f("ck_room_guest_somebody_of_ours")),
        sa.CheckConstraint("left_at >= asked_at AND joined_at >= asked_at", name=op.f("ck_room_guest_in_order")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_room_guest_account_id_account")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["account.id"], name=op.f("fk_room_guest_asked_by_id_account")),
        sa.ForeignKeyConstraint(["desk_id", "call_id"], ["call.desk_id", "call.id"], name="fk_room_guest_call"),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_room_guest_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_room_guest")),
    )
    op.create_index("ix_room_guest_call", "room_guest", ["desk_id", "call_id"], unique=False)
    op.add_column(
        "account", sa.Column("phone_by_person", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    op.alter_column("account", "phone_by_person", server_default=None)
    op.add_column("phone_line", sa.Column("name", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.alter_column("phone_line", "name", server_default=None)
    op.add_column("phone_line", sa.Column("plan", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'")))
    op.alter_column("phone_line", "plan", server_default=None)
    op.add_column("phone_line", sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.alter_column("phone_line", "version", server_default=None)
    op.execute(
        "CREATE TRIGGER line_version_rows BEFORE UPDATE OR DELETE ON line_version FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER line_version_all BEFORE TRUNCATE ON line_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:

    op.drop_column("phone_line", "version")
    op.drop_column("phone_line", "plan")
    op.drop_column("phone_line", "name")
    op.drop_column("account", "phone_by_person")
    op.drop_index("ix_room_guest_call", table_name="room_guest")
    op.drop_table("room_guest")
    op.drop_index("ix_attempt_call_back", table_name="call_back_attempt")
    op.drop_table("call_back_attempt")
    op.drop_index("ix_message_contact", table_name="voice_message")
    op.drop_table("voice_message")
    op.drop_index("ix_call_back_open", table_name="call_back", postgresql_where=sa.text("done_at IS NULL"))
    op.drop_index("ix_call_back_contact", table_name="call_back")
    op.drop_table("call_back")
    op.drop_index("ix_text_message_contact", table_name="text_message")
    op.drop_table("text_message")
    op.drop_index(op.f("ix_recording_digest"), table_name="recording")
    op.drop_table("recording")
    op.drop_table("line_version")
    op.drop_table("desk_help")
    op.drop_table("call_difference")
