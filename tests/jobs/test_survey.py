import errno
from pathlib import Path
from typing import Any

import pytest

from aftermerge.connectors.git.repository import find_repository
from aftermerge.errors import DataError
from aftermerge.jobs.survey import survey
from support.histories import linear


def test_codeowners_that_can_not_be_read_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    linear(tmp_path / "app", 2)
    (tmp_path / "app" / "CODEOWNERS").write_text("* @harbor/exports\n")
    read_text = Path.read_text

    def refuse(path: Path, *args: Any, **kwargs: Any) -> str:
        if path.name == "CODEOWNERS":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return read_text(path, *args, **kwargs)

    monkeypatch.setattr(Path, "read_text", refuse)
    repository = find_repository(tmp_path / "app")
    assert repository is not None
    with pytest.raises(DataError, match="Permission denied") as caught:
        survey(repository)
    assert str(caught.value.where) == "CODEOWNERS"
    assert caught.value.then
