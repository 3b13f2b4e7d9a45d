"""Who got a change and when, and what retention, funnels, quantiles and breakdowns name."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("bet", sa.Column("split", sa.Text, nullable=False, server_default="{}"))
    op.add_column("bet", sa.Column("rollout", sa.Text))
    op.add_column("metric", sa.Column("steps", sa.Text, nullable=False, server_default="[]"))
    op.add_column("metric", sa.Column("day", sa.Integer))
    op.add_column("metric", sa.Column("q", sa.Double))
    op.add_column("metric", sa.Column("segment", sa.Text))
    op.add_column("metric", sa.Column("covariate", sa.Text))
