from aftermerge.errors import SettingsError, nearest


def test_a_near_word_is_offered() -> None:
    assert nearest("evnts", ("events", "series")) == "did you mean `events`?"


def test_with_no_near_word_all_are_listed() -> None:
    assert nearest("x", ("units", "events")) == "known: `events`, `units`"


def test_with_nothing_known_that_is_said() -> None:
    assert nearest("x", ()) == "there is none yet"
    assert str(SettingsError("no table `x`", then=nearest("x", []))) == "no table `x`\n  next: there is none yet"
