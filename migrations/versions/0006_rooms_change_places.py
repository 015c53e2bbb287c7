"""Uses of rooms change places in one step: that a room is used once at a time may be checked when all of them are moved."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ONCE = "ALTER TABLE room_use ADD CONSTRAINT ex_room_use_once EXCLUDE USING gist (room_id WITH =, span WITH &&)"


def upgrade() -> None:
    op.execute("ALTER TABLE room_use DROP CONSTRAINT ex_room_use_once")
    op.execute(f"{ONCE} DEFERRABLE INITIALLY IMMEDIATE")


def downgrade() -> None:
    op.execute("ALTER TABLE room_use DROP CONSTRAINT ex_room_use_once")
    op.execute(ONCE)
