"""What may not stand in the address of an engine."""

import pytest

from aftermerge.outside.engine_address import holds_secret


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://reader:hunter2@host/db",
        "postgresql://reader:hunt/er2@host/db",
        "postgresql://reader:hunt?er2@host/db",
        "postgresql://reader:hunt#er2@host/db",
        "postgresql://reader:hunt@er2@host/db",
        "postgresql://host/db?pass%77ord=hunter2",
        "sc://host/;token=hunter2",
        "sc://host/; Token =hunter2",
        "sc://host/;authorization=Bearer hunter2",
        "sc://host/;x-api-key=hunter2",
        "postgresql://[bad:hunter2@host/db",
    ],
)
def test_a_secret_is_seen_however_it_is_written(address: str) -> None:
    assert holds_secret(address)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://reader:${WAREHOUSE_PASSWORD}@host:5432/db?sslmode=require",
        "postgresql://reader@host/db",
        "clickhouses://reader:${KEY}@host:8443/db",
        "spark+tls://host:443/;token=${SPARK_TOKEN}",
        "sc://host:15002/;use_ssl=true",
    ],
)
def test_what_the_environment_holds_is_none(address: str) -> None:
    assert not holds_secret(address)
