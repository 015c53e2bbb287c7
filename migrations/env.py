"""Runs migrations on the connection that `helpdesk.db.schema` hands over."""

from alembic import context

from helpdesk.db.base import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, compare_type=True)
context.run_migrations()
