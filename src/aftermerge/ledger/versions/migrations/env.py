"""Run by Alembic, on a connection whose transaction the caller has begun and will end."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table=context.config.attributes["version_table"],
)
context.run_migrations()
