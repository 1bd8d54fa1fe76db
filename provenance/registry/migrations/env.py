"""Alembic's entry point: migrate on the connection that ``migration.upgrade`` brings."""

from alembic import context

from provenance.registry import tables  # noqa: F401 - declares them
from provenance.registry.row import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=context.config.attributes["version_table"],
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
