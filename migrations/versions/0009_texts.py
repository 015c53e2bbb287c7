"""Templates of answers, and what native speakers say of our sentences."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_template",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_answer_template_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "id", name=op.f("pk_answer_template")),
        sa.UniqueConstraint("desk_id", "name", "language", name=op.f("uq_answer_template_desk_id_name_language")),
    )
    op.create_table(
        "text_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("good", "wrong", name="verdict", native_enum=False, create_constraint=True, length=60),
            nullable=False,
        ),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_review")),
    )
    op.create_index("ix_text_review_language", "text_review", ["language", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("text_review")
    op.drop_table("answer_template")
