"""What a workspace may say of hearing."""

from pathlib import Path

import numpy as np
import pytest

from aftermerge.bootstrap import open_workspace
from aftermerge.errors import SettingsError
from aftermerge.settings import read_settings

HEAD = '[workspace]\nname = "Harbor"\n\n[hear]\n'


def written(folder: Path, lines: str) -> Path:
    (folder / "aftermerge.toml").write_text(HEAD + lines)
    (folder / "metrics.toml").write_text("")
    return folder


def test_a_workspace_that_says_nothing_lets_problems_attract(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, ""), {}).hear.attract
    assert not read_settings(written(tmp_path, "attract = false\n"), {}).hear.attract


@pytest.mark.parametrize("lines", ["atract = false\n", 'attract = "perhaps"\n', 'embedder = "no colon"\n'])
def test_a_mistake_is_told_with_its_line(tmp_path: Path, lines: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(written(tmp_path, lines), {})
    assert caught.value.where is not None
    assert caught.value.where.line == 5


def test_a_teams_own_embedder_makes_the_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "our_model.py").write_text("import numpy as np\n\n\ndef embed(texts):\n    return np.eye(len(texts))\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with open_workspace(written(tmp_path, 'embedder = "our_model:embed"\n'), {}) as workspace:
        assert np.array_equal(workspace.themer.vectors(["a", "b"]), np.eye(2))


def test_an_embedder_that_is_not_there_is_told_when_it_is_asked_for(tmp_path: Path) -> None:
    with (
        open_workspace(written(tmp_path, 'embedder = "no_such_module:embed"\n'), {}) as workspace,
        pytest.raises(SettingsError, match="no_such_module"),
    ):
        assert workspace.themer
