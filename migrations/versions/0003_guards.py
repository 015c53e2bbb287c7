"""What the database itself refuses or keeps in step: records that are only added to, and the tally that follows every advice."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What was said stays said: who did what, the chain over it, and every figure entered by hand with its evidence.
APPENDED = ("audit_event", "audit_link", "execution")

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The table % is only added to.', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$
"""

# The tally holds the number of closed advices per desk, day of service and beneficiary role. It is kept by statement, so that a
# million rows inserted at once cost a few tally rows, and it is exact: every change of an advice passes here.
TALLY = """
CREATE FUNCTION tally_advices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        INSERT INTO advice_tally AS tally (desk_id, served_on, role, number)
        SELECT desk_id, served_on, role, -count(*) FROM old_rows WHERE closed_at IS NOT NULL AND role IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (desk_id, served_on, role) DO UPDATE SET number = tally.number + excluded.number;
    END IF;
    IF TG_OP IN ('UPDATE', 'INSERT') THEN
        INSERT INTO advice_tally AS tally (desk_id, served_on, role, number)
        SELECT desk_id, served_on, role, count(*) FROM new_rows WHERE closed_at IS NOT NULL AND role IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (desk_id, served_on, role) DO UPDATE SET number = tally.number + excluded.number;
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.execute(APPEND_ONLY)
    for table in APPENDED:
        op.execute(
            f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(TALLY)
    op.execute(
        "CREATE TRIGGER advice_added AFTER INSERT ON advice REFERENCING NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION tally_advices()",
    )
    op.execute(
        "CREATE TRIGGER advice_removed AFTER DELETE ON advice REFERENCING OLD TABLE AS old_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION tally_advices()",
    )
    op.execute(
        "CREATE TRIGGER advice_changed AFTER UPDATE ON advice REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION tally_advices()",
    )


def downgrade() -> None:
    for name in ("added", "removed", "changed"):
        op.execute(f"DROP TRIGGER advice_{name} ON advice")
    op.execute("DROP FUNCTION tally_advices")
    for table in APPENDED:
        op.execute(f"DROP TRIGGER {table}_rows ON {table}")
        op.execute(f"DROP TRIGGER {table}_all ON {table}")
    op.execute("DROP FUNCTION refuse_change")
