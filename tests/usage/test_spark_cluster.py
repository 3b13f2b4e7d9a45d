"""Slow, some minutes: a real Spark cluster of two workers answers as DuckDB does, and says what befalls it."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from aftermerge.errors import DataError, OutsideError
from aftermerge.usage.engines.spark import SparkClient, connect
from support.engines.asked import Data, Filled
from support.engines.harbor_moves import harbor_under, same_after_the_move
from support.engines.loaded import Loaded
from support.engines.questions import ALL
from support.engines.same import same_answer
from support.engines.shop_moves import shop_under
from support.spark_cluster import Cluster, spark_cluster
from support.spark_tables import view_of_files

ENDLESS = "SELECT COUNT(*) AS `n` FROM range(1000000000000) WHERE HASH(`id`) % 7 = 3"


@dataclass(frozen=True)
class Asked:
    """The suite's tables on a cluster, in a schema of their own; those of `beside` come beside it."""

    cluster: Cluster
    filled: Filled
    beside: Loaded


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return Data.under(tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def asked(data: Data, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with spark_cluster(tmp_path_factory.mktemp("spark")) as cluster:
        address = f"spark://{cluster.at}"
        with view_of_files(address, "VIEW") as create:

            def load(name: str, path: Path) -> str:
                create(name, path)
                return name

            with closing(connect(address)) as admin:
                admin.session.sql("CREATE SCHEMA suite").collect()
            filled = Filled.of(Loaded(address, lambda name, path: load(f"suite.{name}", path)), data)
            yield Asked(cluster, filled, Loaded(address, load))


@pytest.fixture
def client(asked: Asked) -> Iterator[SparkClient]:
    client = connect(asked.filled.loaded.address)
    yield client
    client.close()


@pytest.mark.parametrize("name", ALL)
def test_a_cluster_answers_as_duckdb_does_over_the_files(asked: Asked, data: Data, name: str) -> None:
    question = ALL[name]
    same_answer(asked.filled.answers[question.zone], data.expected[question.zone], question.question.key)


def test_the_demo_moves_to_a_cluster_by_one_line(asked: Asked, tmp_path: Path) -> None:
    moving = harbor_under(tmp_path)
    before = (moving.root / "aftermerge.toml").read_text().splitlines()
    with moving.moved_to(asked.beside):
        after = (moving.root / "aftermerge.toml").read_text().splitlines()
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1
    same_after_the_move(moving, replace(asked.beside, load=lambda name, path: name))


def test_a_million_real_rows_move_to_a_cluster_by_one_line(asked: Asked, tmp_path: Path) -> None:
    same_after_the_move(shop_under(tmp_path), asked.beside)


def test_both_workers_took_part(asked: Asked) -> None:
    assert asked.filled.answers
    assert min(asked.cluster.tasks_done()) > 10


def test_a_session_that_the_server_has_forgotten_is_opened_again(client: SparkClient) -> None:
    forgotten = client.session
    forgotten.client.release_session()
    assert client.fetch("SELECT 1 AS `one`", 1)["one"].tolist() == [1]
    assert client.session is not forgotten


def test_a_query_that_is_cancelled_half_way_is_told(client: SparkClient) -> None:
    cancelling = threading.Timer(3, client.session.interruptAll)
    cancelling.start()
    with pytest.raises(OutsideError, match="cancel") as told:
        client.fetch(ENDLESS, 1)
    cancelling.join()
    assert told.value.then == "run again: somebody cancelled the query, or the server did"


def test_a_sum_that_leaves_its_numbers_is_told(client: SparkClient) -> None:
    with pytest.raises(DataError, match="ARITHMETIC_OVERFLOW"):
        client.fetch("SELECT SUM(9223372036854775807) AS `s` FROM range(3)", 1)


def test_the_cost_names_the_tables_and_how_large_they_are(client: SparkClient) -> None:
    assert "parquet" in client.cost("SELECT COUNT(*) FROM `suite`.`app`")


def test_an_executor_that_is_lost_costs_time_only(asked: Asked, client: SparkClient) -> None:
    killing = threading.Timer(1, asked.cluster.kill_an_executor)
    killing.start()
    answer = client.fetch("SELECT COUNT(*) AS `n` FROM range(0, 800000000, 1, 8) WHERE HASH(`id`) % 7 < 99", 1)
    killing.join()
    assert answer["n"].tolist() == [800_000_000]
