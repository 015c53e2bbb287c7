"""What a desk says of the data to whoever writes, and after how many years it is deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("address", "data_officer", "legal_basis"):
        op.add_column("desk", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("desk", sa.Column("keep_years", sa.Integer(), nullable=True))
    op.create_check_constraint(op.f("ck_desk_keep_years"), "desk", "keep_years BETWEEN 1 AND 50")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_desk_keep_years"), "desk", type_="check")
    for name in ("keep_years", "legal_basis", "data_officer", "address"):
        op.drop_column("desk", name)
