"""Agreements with gminas, their annexes and what stood in them before; what nobody typed by hand is counted from them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# How an indicator is counted is kept from its import. A number that somebody entered stays one that is entered; where nobody ever
# entered any, there is nothing that could turn into something else, and the register may speak (docs/decisions/0014-agreements.md).
COUNTED = """
UPDATE indicator SET origin = 'counted'
WHERE what->>'register' = 'agreements' AND origin = 'entered'
  AND NOT EXISTS (SELECT FROM execution WHERE execution.desk_id = indicator.desk_id AND execution.indicator_id = indicator.id)
"""
ENTERED = "UPDATE indicator SET origin = 'entered' WHERE what->>'register' = 'agreements'"


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gmina", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column(
            "days",
            postgresql.DATERANGE(),
            sa.Computed("daterange(first_day, last_day, '[]')", persisted=True),
            nullable=False,
        ),
        sa.Column("contribution", sa.Integer(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("gmina ~ '^[0-9]{7}$'", name=op.f("ck_agreement_gmina_form")),
        sa.CheckConstraint("number <> ''", name=op.f("ck_agreement_numbered")),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_agreement_days_in_order")),
        sa.CheckConstraint("contribution >= 0", name=op.f("ck_agreement_contribution")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_agreement_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("desk_id", "number", name=op.f("uq_agreement_desk_id_number")),
        postgresql.ExcludeConstraint(
            (sa.column("desk_id"), "="),
            (sa.column("gmina"), "="),
            (sa.column("days"), "&&"),
            using="gist",
            name="ex_agreement_one_at_a_time",
        ),
    )
    op.create_table(
        "agreement_annex",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.CheckConstraint("number <> ''", name=op.f("ck_agreement_annex_numbered")),
        sa.CheckConstraint("what <> ''", name=op.f("ck_agreement_annex_says_what")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_agreement_annex_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["desk_id", "agreement_id"],
            ["agreement.desk_id", "agreement.id"],
            name=op.f("fk_agreement_annex_desk_id_agreement_id_agreement"),
        ),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_agreement_annex")),
        sa.UniqueConstraint(
            "desk_id", "agreement_id", "number", name=op.f("uq_agreement_annex_desk_id_agreement_id_number")
        ),
    )
    op.create_table(
        "agreement_revision",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("was", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("why <> ''", name=op.f("ck_agreement_revision_with_reason")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_agreement_revision_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["account.id"], name=op.f("fk_agreement_revision_changed_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["desk_id", "agreement_id"],
            ["agreement.desk_id", "agreement.id"],
            name=op.f("fk_agreement_revision_desk_id_agreement_id_agreement"),
        ),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_agreement_revision")),
        sa.UniqueConstraint(
            "desk_id", "agreement_id", "version", name=op.f("uq_agreement_revision_desk_id_agreement_id_version")
        ),
    )
    op.execute(COUNTED)


def downgrade() -> None:
    op.execute(ENTERED)
    op.drop_table("agreement_revision")
    op.drop_table("agreement_annex")
    op.drop_table("agreement")
