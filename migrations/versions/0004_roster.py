"""The roster: places and rooms, posts and patterns, drafts, versions of duties, absences, offers, hours, feeds, appointments, notices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Every duty of before belongs to a post from now on: one for each desk and profession, which ends with the last of them, so that
# nothing is missing tomorrow because of it.
POSTS = """
INSERT INTO post (desk_id, id, name, professions, languages, qualifications, people, starts, ends, zone, purpose, pause_minutes, rung,
                  public, version, rhythm, weekdays, every, anchor, holidays, first, last)
SELECT desk_id, gen_random_uuid(), 'Dotychczasowe dyżury: ' || profession, ARRAY[profession], '{}', '{}', 1, min(starts), max(ends),
       min(zone), 'support', 0, true, false, 1, 'weekly', '{0,1,2,3,4,5,6}', 1, min(day), 'worked', min(day), max(day)
FROM duty GROUP BY desk_id, profession
"""
TO_POSTS = """
UPDATE duty SET post_id = post.id, changed_at = now()
FROM post WHERE post.desk_id = duty.desk_id AND post.professions = ARRAY[duty.profession::text]
"""

# The versions of a duty are written by the database, whichever way the duty was changed. Two changes in one instant leave an empty
# span of knowing between them, and a change that forgets to count its version is refused by the key.
VERSIONS = """
CREATE FUNCTION keep_duty_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE duty_version SET known_until = greatest(known_from, NEW.changed_at)
    WHERE desk_id = NEW.desk_id AND duty_id = NEW.id AND known_until IS NULL;
    INSERT INTO duty_version (desk_id, id, duty_id, number, post_id, account_id, profession, state, day, starts, ends, zone,
                              starts_at, ends_at, known_from, changed_by_id, changed_by_name, why)
    VALUES (NEW.desk_id, gen_random_uuid(), NEW.id, NEW.version, NEW.post_id, NEW.account_id, NEW.profession, NEW.state, NEW.day,
            NEW.starts, NEW.ends, NEW.zone, NEW.starts_at, NEW.ends_at, NEW.changed_at, NEW.changed_by_id, NEW.changed_by_name, NEW.why);
    RETURN NULL;
END $$
"""

# A version is only ever ended. Computed columns are not computed yet when this looks.
GUARD = """
CREATE FUNCTION guard_duty_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.known_until IS NOT NULL
       OR to_jsonb(NEW) - '{known_until,known,span}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{known_until,known,span}'::text[] THEN
        RAISE EXCEPTION 'A version of a duty is only ended.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    _make_tables()
    op.add_column("duty", sa.Column("post_id", sa.Uuid()))
    op.add_column(
        "duty",
        sa.Column(
            "state",
            sa.Enum("cancelled", "published", name="dutystate", native_enum=False, create_constraint=True, length=60),
            nullable=False,
            server_default="published",
        ),
    )
    op.add_column("duty", sa.Column("room_use_id", sa.Uuid()))
    op.add_column("duty", sa.Column("pattern_id", sa.Uuid()))
    op.add_column("duty", sa.Column("origin_day", sa.Date()))
    op.add_column("duty", sa.Column("seat", sa.Integer()))
    op.add_column("duty", sa.Column("drafted", postgresql.JSONB(astext_type=sa.Text())))
    op.add_column("duty", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("duty", sa.Column("changed_at", sa.DateTime(timezone=True)))
    op.add_column("duty", sa.Column("changed_by_id", sa.Uuid()))
    op.add_column("duty", sa.Column("changed_by_name", sa.Text(), nullable=False, server_default=""))
    op.add_column("duty", sa.Column("why", sa.Text(), nullable=False, server_default=""))
    op.execute(POSTS)
    op.execute(VERSIONS)
    op.execute(
        "CREATE TRIGGER duty_versions AFTER INSERT OR UPDATE ON duty FOR EACH ROW EXECUTE FUNCTION keep_duty_version()"
    )
    op.execute(TO_POSTS)
    op.execute(GUARD)
    op.execute(
        "CREATE TRIGGER duty_version_rows BEFORE UPDATE ON duty_version FOR EACH ROW EXECUTE FUNCTION guard_duty_version()"
    )
    op.execute(
        "CREATE TRIGGER duty_version_gone BEFORE DELETE ON duty_version FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER duty_version_all BEFORE TRUNCATE ON duty_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.alter_column("duty", "post_id", nullable=False)
    op.alter_column("duty", "changed_at", nullable=False)
    op.alter_column("duty", "account_id", nullable=True)
    for column in ("state", "version", "changed_by_name", "why"):
        op.alter_column("duty", column, server_default=None)
    op.create_unique_constraint(
        op.f("uq_duty_desk_id_pattern_id_origin_day_seat"), "duty", ["desk_id", "pattern_id", "origin_day", "seat"]
    )
    op.create_foreign_key(
        op.f("fk_duty_desk_id_room_use_id_room_use"), "duty", "room_use", ["desk_id", "room_use_id"], ["desk_id", "id"]
    )
    op.create_foreign_key(
        op.f("fk_duty_desk_id_post_id_post"), "duty", "post", ["desk_id", "post_id"], ["desk_id", "id"]
    )
    op.execute("ALTER TABLE duty DROP CONSTRAINT ex_duty_person_once")
    op.execute(
        "ALTER TABLE duty ADD CONSTRAINT ex_duty_person_once EXCLUDE USING gist (account_id WITH =, span WITH &&)"
        " WHERE (state = 'published' AND account_id IS NOT NULL) DEFERRABLE INITIALLY IMMEDIATE"
    )
    op.add_column("contact", sa.Column("appointment_id", sa.Uuid()))
    op.create_unique_constraint(op.f("uq_contact_desk_id_appointment_id"), "contact", ["desk_id", "appointment_id"])
    op.create_foreign_key(
        op.f("fk_contact_desk_id_appointment_id_appointment"),
        "contact",
        "appointment",
        ["desk_id", "appointment_id"],
        ["desk_id", "id"],
    )


def downgrade() -> None:
    """What the tables of before cannot hold is lost: posts, cancelled duties, duties that nobody holds."""
    op.drop_constraint(op.f("fk_contact_desk_id_appointment_id_appointment"), "contact", type_="foreignkey")
    op.drop_constraint(op.f("uq_contact_desk_id_appointment_id"), "contact", type_="unique")
    op.drop_column("contact", "appointment_id")
    op.execute("DROP TRIGGER duty_versions ON duty")
    op.execute("DROP FUNCTION keep_duty_version")
    op.execute("DROP TRIGGER duty_version_all ON duty_version")
    op.execute("DROP TRIGGER duty_version_gone ON duty_version")
    op.execute("DROP TRIGGER duty_version_rows ON duty_version")
    op.execute("DROP FUNCTION guard_duty_version")
    op.execute("TRUNCATE appointment, draft, offer, worked")
    op.execute("DELETE FROM duty WHERE state = 'cancelled' OR account_id IS NULL")
    op.execute("ALTER TABLE duty DROP CONSTRAINT ex_duty_person_once")
    op.execute(
        "ALTER TABLE duty ADD CONSTRAINT ex_duty_person_once"
        " EXCLUDE USING gist (desk_id WITH =, account_id WITH =, span WITH &&)"
    )
    op.drop_constraint(op.f("fk_duty_desk_id_post_id_post"), "duty", type_="foreignkey")
    op.drop_constraint(op.f("fk_duty_desk_id_room_use_id_room_use"), "duty", type_="foreignkey")
    op.drop_constraint(op.f("uq_duty_desk_id_pattern_id_origin_day_seat"), "duty", type_="unique")
    op.alter_column("duty", "account_id", nullable=False)
    for column in (
        "why",
        "changed_by_name",
        "changed_by_id",
        "changed_at",
        "version",
        "drafted",
        "seat",
        "origin_day",
        "pattern_id",
        "room_use_id",
        "state",
        "post_id",
    ):
        op.drop_column("duty", column)
    _drop_tables()


def _make_tables() -> None:
    op.create_table(
        "place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("gmina", sa.Text(), nullable=True),
        sa.Column("accessible", sa.Boolean(), nullable=False),
        sa.Column("storage", sa.Boolean(), nullable=False),
        sa.Column("margin_minutes", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_place_named")),
        sa.CheckConstraint("margin_minutes BETWEEN 0 AND 480", name=op.f("ck_place_margin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("name", name=op.f("uq_place_name")),
    )
    op.create_table(
        "absence",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "illness",
                "leave",
                "unavailable",
                name="absencekind",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=True),
        sa.Column("ends", sa.Time(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "span", postgresql.TSTZRANGE(), sa.Computed("tstzrange(starts_at, ends_at)", persisted=True), nullable=False
        ),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("desk_id"), "="),
            (sa.column("account_id"), "="),
            (sa.column("span"), "&&"),
            using="gist",
            name="ex_absence_person_once",
        ),
        sa.CheckConstraint("(starts IS NULL) = (ends IS NULL)", name=op.f("ck_absence_both_hours")),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_absence_days")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_absence_span")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_absence_account_id_account")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_absence_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_desk_id_first_day", "absence", ["desk_id", "first_day"], unique=False)
    op.create_table(
        "closure",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_closure_days")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_closure_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_closure")),
    )
    op.create_table(
        "confirmation",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("minutes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_confirmation_first_of_month")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_confirmation_account_id_account")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_confirmation_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint(
            "desk_id", "account_id", "month", "number", name=op.f("uq_confirmation_desk_id_account_id_month_number")
        ),
    )
    op.create_table(
        "confirmed_year",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_confirmed_year_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_confirmed_year")),
        sa.UniqueConstraint("desk_id", "year", name=op.f("uq_confirmed_year_desk_id_year")),
    )
    op.create_table(
        "duty_version",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column(
            "profession",
            sa.Enum(
                "administrator",
                "advocate",
                "border-guard-officer",
                "data-protection-officer",
                "interpreter",
                "legal-counsel",
                "programme-officer",
                "psychologist",
                "supervisor",
                "trainer",
                name="profession",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("cancelled", "published", name="dutystate", native_enum=False, create_constraint=True, length=60),
            nullable=False,
        ),
        sa.Column("known_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "known",
            postgresql.TSTZRANGE(),
            sa.Computed("tstzrange(known_from, known_until)", persisted=True),
            nullable=False,
        ),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("changed_by_name", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "span", postgresql.TSTZRANGE(), sa.Computed("tstzrange(starts_at, ends_at)", persisted=True), nullable=False
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_duty_version_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_duty_version")),
        sa.UniqueConstraint("desk_id", "duty_id", "number", name=op.f("uq_duty_version_desk_id_duty_id_number")),
    )
    op.create_index(
        "ix_duty_version_known", "duty_version", ["desk_id", "span", "known"], unique=False, postgresql_using="gist"
    )
    op.create_table(
        "engaged",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "employee",
                "contractor",
                "officer",
                "volunteer",
                name="engagement",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column(
            "days",
            postgresql.DATERANGE(),
            sa.Computed("daterange(first_day, last_day, '[]')", persisted=True),
            nullable=False,
        ),
        postgresql.ExcludeConstraint(
            (sa.column("desk_id"), "="),
            (sa.column("account_id"), "="),
            (sa.column("days"), "&&"),
            using="gist",
            name="ex_engaged_person_once",
        ),
        sa.CheckConstraint("last_day IS NULL OR first_day <= last_day", name=op.f("ck_engaged_days")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_engaged_account_id_account")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_engaged_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_engaged")),
    )
    op.create_table(
        "feed",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_feed_account_id_account")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_feed_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_hash")),
    )
    op.create_index("ix_feed_desk_id_account_id", "feed", ["desk_id", "account_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_account_id_account")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_notice_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_desk_id_account_id", "notice", ["desk_id", "account_id", "at"], unique=False)
    op.create_index("ix_notice_unmailed", "notice", ["at"], unique=False, postgresql_where=sa.text("mailed_at IS NULL"))
    op.create_table(
        "qualification",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_qualification_account_id_account")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_qualification_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_qualification")),
        sa.UniqueConstraint("desk_id", "account_id", "name", name=op.f("uq_qualification_desk_id_account_id_name")),
    )
    op.create_table(
        "room",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("accessible", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_room_named")),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_room_capacity")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_room_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("place_id", "id", name=op.f("uq_room_place_id_id")),
        sa.UniqueConstraint("place_id", "name", name=op.f("uq_room_place_id_name")),
    )
    op.create_table(
        "roster_settings",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("approval", sa.Boolean(), nullable=False),
        sa.Column("settlement_months", sa.Integer(), nullable=False),
        sa.Column("night_starts", sa.Time(), nullable=False),
        sa.Column("night_ends", sa.Time(), nullable=False),
        sa.Column("free_day_starts", sa.Time(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("settlement_months IN (1, 2, 3, 4, 6, 12)", name=op.f("ck_roster_settings_settlement")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_roster_settings_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_roster_settings")),
        sa.UniqueConstraint("desk_id", name=op.f("uq_roster_settings_desk_id")),
    )
    op.create_table(
        "rule_setting",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "engagement",
            sa.Enum(
                "employee",
                "contractor",
                "officer",
                "volunteer",
                name="engagement",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column(
            "rule",
            sa.Enum(
                "daily-rest",
                "weekly-rest",
                "longest-duty",
                "week-hours",
                "month-hours",
                name="rule",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column(
            "severity",
            sa.Enum("off", "warn", "block", name="severity", native_enum=False, create_constraint=True, length=60),
            nullable=False,
        ),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.CheckConstraint("hours > 0", name=op.f("ck_rule_setting_hours")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_rule_setting_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_rule_setting")),
        sa.UniqueConstraint("desk_id", "engagement", "rule", name=op.f("uq_rule_setting_desk_id_engagement_rule")),
    )
    op.create_table(
        "post",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("professions", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("qualifications", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column(
            "purpose",
            sa.Enum(
                "corrective", "office", "support", name="purpose", native_enum=False, create_constraint=True, length=60
            ),
            nullable=False,
        ),
        sa.Column("slot_minutes", sa.Integer(), nullable=True),
        sa.Column("pause_minutes", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Boolean(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "rhythm",
            sa.Enum(
                "weekly",
                "monthly-day",
                "monthly-weekday",
                name="rhythm",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("weekdays", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=False),
        sa.Column("month_day", sa.Integer(), nullable=True),
        sa.Column("nth", sa.Integer(), nullable=True),
        sa.Column(
            "holidays",
            sa.Enum("worked", "free", "only", name="holidays", native_enum=False, create_constraint=True, length=60),
            nullable=False,
        ),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.CheckConstraint("last IS NULL OR first <= last", name=op.f("ck_post_first_before_last")),
        sa.CheckConstraint("pause_minutes BETWEEN 0 AND 240", name=op.f("ck_post_pause")),
        sa.CheckConstraint("people > 0", name=op.f("ck_post_people")),
        sa.CheckConstraint("room_id IS NULL OR place_id IS NOT NULL", name=op.f("ck_post_room_of_a_place")),
        sa.CheckConstraint("slot_minutes IS NULL OR slot_minutes BETWEEN 5 AND 480", name=op.f("ck_post_slot")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_post_desk_id_desk")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_post_place_id_place")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_post_room_id_room")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_post")),
    )
    op.create_table(
        "room_use",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "corrective", "office", "support", name="purpose", native_enum=False, create_constraint=True, length=60
            ),
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum("hurt", "hurting", name="side", native_enum=False, create_constraint=True, length=60),
            nullable=True,
        ),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "span", postgresql.TSTZRANGE(), sa.Computed("tstzrange(starts_at, ends_at)", persisted=True), nullable=False
        ),
        sa.Column("guarded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("guarded_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "guarded",
            postgresql.TSTZRANGE(),
            sa.Computed("tstzrange(guarded_from, guarded_until)", persisted=True),
            nullable=False,
        ),
        postgresql.ExcludeConstraint(
            (sa.column("place_id"), "="),
            (sa.column("side"), "<>"),
            (sa.column("guarded"), "&&"),
            where=sa.text("side IS NOT NULL"),
            using="gist",
            name="ex_room_use_apart",
        ),
        postgresql.ExcludeConstraint(
            (sa.column("room_id"), "="), (sa.column("span"), "&&"), using="gist", name="ex_room_use_once"
        ),
        sa.CheckConstraint(
            "side IS NOT DISTINCT FROM CASE purpose WHEN 'support' THEN 'hurt' WHEN 'corrective' THEN 'hurting' END",
            name=op.f("ck_room_use_side_of_purpose"),
        ),
        sa.CheckConstraint("guarded_from <= starts_at AND guarded_until >= ends_at", name=op.f("ck_room_use_guarded")),
        sa.CheckConstraint("people > 0", name=op.f("ck_room_use_people")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_room_use_span")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_room_use_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["place_id", "room_id"], ["room.place_id", "room.id"], name=op.f("fk_room_use_place_id_room_id_room")
        ),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_room_use")),
    )
    op.create_index("ix_room_use_desk_id_starts_at", "room_use", ["desk_id", "starts_at"], unique=False)
    op.create_index("ix_room_use_place_id_ends_at", "room_use", ["place_id", "ends_at"], unique=False)
    op.create_table(
        "pattern",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("groups", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "turn_unit",
            sa.Enum(
                "occurrence",
                "day",
                "week",
                "month",
                name="turnunit",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("turn_length", sa.Integer(), nullable=False),
        sa.Column("turns_from", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "rhythm",
            sa.Enum(
                "weekly",
                "monthly-day",
                "monthly-weekday",
                name="rhythm",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("weekdays", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=False),
        sa.Column("month_day", sa.Integer(), nullable=True),
        sa.Column("nth", sa.Integer(), nullable=True),
        sa.Column(
            "holidays",
            sa.Enum("worked", "free", "only", name="holidays", native_enum=False, create_constraint=True, length=60),
            nullable=False,
        ),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.CheckConstraint("last IS NULL OR first <= last", name=op.f("ck_pattern_first_before_last")),
        sa.CheckConstraint("turn_length > 0", name=op.f("ck_pattern_turn_length")),
        sa.ForeignKeyConstraint(
            ["desk_id", "post_id"], ["post.desk_id", "post.id"], name=op.f("fk_pattern_desk_id_post_id_post")
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_pattern_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_pattern")),
    )
    op.create_index("ix_pattern_desk_id_post_id", "pattern", ["desk_id", "post_id"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "span", postgresql.TSTZRANGE(), sa.Computed("tstzrange(starts_at, ends_at)", persisted=True), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "attended",
                "booked",
                "cancelled",
                "no-show",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column(
            "profession",
            sa.Enum(
                "administrator",
                "advocate",
                "border-guard-officer",
                "data-protection-officer",
                "interpreter",
                "legal-counsel",
                "programme-officer",
                "psychologist",
                "supervisor",
                "trainer",
                name="profession",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("interpreter", sa.Boolean(), nullable=False),
        sa.Column("alias_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("question_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("warning_version", sa.Text(), nullable=True),
        sa.Column("warning_language", sa.Text(), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "remind_by",
            sa.Enum("email", "sms", name="way", native_enum=False, create_constraint=True, length=60),
            nullable=True,
        ),
        sa.Column("remind_to_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("remind_from_hour", sa.Integer(), nullable=True),
        sa.Column("remind_until_hour", sa.Integer(), nullable=True),
        sa.Column("safe_until", sa.Date(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booked_by_id", sa.Uuid(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("desk_id"), "="),
            (sa.column("duty_id"), "="),
            (sa.column("span"), "&&"),
            where=sa.text("state <> 'cancelled'"),
            using="gist",
            name="ex_appointment_slot_once",
        ),
        sa.CheckConstraint(
            "remind_by IS NULL OR remind_to_sealed IS NOT NULL", name=op.f("ck_appointment_reminder_has_address")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_appointment_span")),
        sa.CheckConstraint(
            "profession <> 'border-guard-officer'"
            " OR (warned_at IS NOT NULL AND warning_version IS NOT NULL AND warning_language IS NOT NULL)",
            name=op.f("ck_appointment_officer_after_warning"),
        ),
        sa.ForeignKeyConstraint(["booked_by_id"], ["account.id"], name=op.f("fk_appointment_booked_by_id_account")),
        sa.ForeignKeyConstraint(
            ["desk_id", "duty_id"], ["duty.desk_id", "duty.id"], name=op.f("fk_appointment_desk_id_duty_id_duty")
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_appointment_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_appointment")),
    )
    op.create_index("ix_appointment_desk_id_starts_at", "appointment", ["desk_id", "starts_at"], unique=False)
    op.create_index(
        "ix_appointment_reminder",
        "appointment",
        ["starts_at"],
        unique=False,
        postgresql_where=sa.text("remind_by IS NOT NULL AND reminded_at IS NULL AND state = 'booked'"),
    )
    op.create_table(
        "draft",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty_id", sa.Uuid(), nullable=True),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("removes", sa.Boolean(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("pattern_id", sa.Uuid(), nullable=True),
        sa.Column("origin_day", sa.Date(), nullable=True),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("drafted", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("drafted_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "span", postgresql.TSTZRANGE(), sa.Computed("tstzrange(starts_at, ends_at)", persisted=True), nullable=False
        ),
        sa.CheckConstraint("(duty_id IS NULL) = (base_version IS NULL)", name=op.f("ck_draft_based_on_a_version")),
        sa.CheckConstraint("NOT removes OR duty_id IS NOT NULL", name=op.f("ck_draft_removes_a_duty")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_draft_span")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_draft_account_id_account")),
        sa.ForeignKeyConstraint(
            ["desk_id", "duty_id"], ["duty.desk_id", "duty.id"], name=op.f("fk_draft_desk_id_duty_id_duty")
        ),
        sa.ForeignKeyConstraint(
            ["desk_id", "post_id"], ["post.desk_id", "post.id"], name=op.f("fk_draft_desk_id_post_id_post")
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_draft_desk_id_desk")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_draft_room_id_room")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_draft")),
        sa.UniqueConstraint("desk_id", "duty_id", name=op.f("uq_draft_desk_id_duty_id")),
        sa.UniqueConstraint(
            "desk_id", "pattern_id", "origin_day", "seat", name=op.f("uq_draft_desk_id_pattern_id_origin_day_seat")
        ),
    )
    op.create_index("ix_draft_desk_id_day", "draft", ["desk_id", "day"], unique=False)
    op.create_table(
        "offer",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("give", "swap", name="offerkind", native_enum=False, create_constraint=True, length=60),
            nullable=False,
        ),
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("in_return_id", sa.Uuid(), nullable=True),
        sa.Column("offered_by_id", sa.Uuid(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("taken_by_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(kind = 'swap') = (in_return_id IS NOT NULL)", name=op.f("ck_offer_swap_for_a_duty")),
        sa.CheckConstraint("(taken_by_id IS NULL) = (taken_at IS NULL)", name=op.f("ck_offer_taken_by_somebody")),
        sa.CheckConstraint("duty_id <> in_return_id", name=op.f("ck_offer_two_duties")),
        sa.ForeignKeyConstraint(
            ["desk_id", "duty_id"], ["duty.desk_id", "duty.id"], name=op.f("fk_offer_desk_id_duty_id_duty")
        ),
        sa.ForeignKeyConstraint(
            ["desk_id", "in_return_id"], ["duty.desk_id", "duty.id"], name=op.f("fk_offer_desk_id_in_return_id_duty")
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_offer_desk_id_desk")),
        sa.ForeignKeyConstraint(["offered_by_id"], ["account.id"], name=op.f("fk_offer_offered_by_id_account")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["account.id"], name=op.f("fk_offer_taken_by_id_account")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_offer")),
    )
    op.create_index("ix_offer_desk_id_offered_at", "offer", ["desk_id", "offered_at"], unique=False)
    op.create_index(
        "uq_offer_open", "offer", ["desk_id", "duty_id"], unique=True, postgresql_where=sa.text("settled_at IS NULL")
    )
    op.create_table(
        "worked",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at <= ends_at", name=op.f("ck_worked_span")),
        sa.ForeignKeyConstraint(
            ["desk_id", "duty_id"], ["duty.desk_id", "duty.id"], name=op.f("fk_worked_desk_id_duty_id_duty")
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_worked_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_worked")),
        sa.UniqueConstraint("desk_id", "duty_id", name=op.f("uq_worked_desk_id_duty_id")),
    )


def _drop_tables() -> None:
    op.drop_table("worked")
    op.drop_index("uq_offer_open", table_name="offer", postgresql_where=sa.text("settled_at IS NULL"))
    op.drop_index("ix_offer_desk_id_offered_at", table_name="offer")
    op.drop_table("offer")
    op.drop_index("ix_draft_desk_id_day", table_name="draft")
    op.drop_table("draft")
    op.drop_index(
        "ix_appointment_reminder",
        table_name="appointment",
        postgresql_where=sa.text("remind_by IS NOT NULL AND reminded_at IS NULL AND state = 'booked'"),
    )
    op.drop_index("ix_appointment_desk_id_starts_at", table_name="appointment")
    op.drop_table("appointment")
    op.drop_index("ix_pattern_desk_id_post_id", table_name="pattern")
    op.drop_table("pattern")
    op.drop_index("ix_room_use_place_id_ends_at", table_name="room_use")
    op.drop_index("ix_room_use_desk_id_starts_at", table_name="room_use")
    op.drop_table("room_use")
    op.drop_table("post")
    op.drop_table("rule_setting")
    op.drop_table("roster_settings")
    op.drop_table("room")
    op.drop_table("qualification")
    op.drop_index("ix_notice_unmailed", table_name="notice", postgresql_where=sa.text("mailed_at IS NULL"))
    op.drop_index("ix_notice_desk_id_account_id", table_name="notice")
    op.drop_table("notice")
    op.drop_index("ix_feed_desk_id_account_id", table_name="feed")
    op.drop_table("feed")
    op.drop_table("engaged")
    op.drop_index("ix_duty_version_known", table_name="duty_version", postgresql_using="gist")
    op.drop_table("duty_version")
    op.drop_table("confirmed_year")
    op.drop_table("confirmation")
    op.drop_table("closure")
    op.drop_index("ix_absence_desk_id_first_day", table_name="absence")
    op.drop_table("absence")
    op.drop_table("place")
