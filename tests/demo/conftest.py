import pytest

from aftermerge import demo
from support.harbor import SEED, TODAY, Harbor


@pytest.fixture(scope="session")
def harbor(tmp_path_factory: pytest.TempPathFactory) -> Harbor:
    root = tmp_path_factory.mktemp("demo") / "harbor"
    return Harbor(root, demo.build(root, SEED, TODAY))
