"""Settings say where they come from, what they mean, and what is wrong with them."""

import json
import re
from pathlib import Path

import pytest

from estafette.domain.error import Invalid
from estafette.settings import (
    OTHERS,
    LogFormat,
    Setting,
    Settings,
    Source,
    list_settings,
    read_settings,
    variable_of,
)
from tests.edge.commands import call


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.__struct_fields__:
        monkeypatch.delenv(variable_of(name), raising=False)
    monkeypatch.delenv("ESTAFETTE_CONFIG", raising=False)


def listed(name: str) -> Setting:
    return next(setting for setting in list_settings() if setting.name == name)


def in_file(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (folder / "estafette.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("ESTAFETTE_CONFIG", str(folder / "estafette.toml"))


def test_every_setting_has_a_meaning_and_a_variable_of_its_own() -> None:
    settings = list_settings()
    assert all(setting.means for setting in settings)
    assert len({setting.variable for setting in settings}) == len(Settings.__struct_fields__)


def test_without_anything_set_every_value_is_a_default() -> None:
    assert {setting.source for setting in list_settings()} == {Source.DEFAULT}
    assert read_settings().company == 1


def test_the_home_follows_where_the_system_keeps_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert read_settings().home == tmp_path / "estafette"


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    in_file(tmp_path, monkeypatch, 'company = 2\nlog_format = "json"\n')
    assert (listed("company").value, listed("company").source) == (2, Source.FILE)
    monkeypatch.setenv("ESTAFETTE_COMPANY", "3")
    assert (listed("company").value, listed("company").source) == (3, Source.ENVIRONMENT)
    assert read_settings().log_format is LogFormat.JSON


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    assert read_settings().database_url is None


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ESTAFETTE_COMPANY", "first", "ESTAFETTE_COMPANY is 'first': expected `int`"),
        ("ESTAFETTE_COMPANY", "0", "ESTAFETTE_COMPANY is 0: expected `int` >= 1"),
        ("ESTAFETTE_LOG_FORMAT", "xml", "ESTAFETTE_LOG_FORMAT is 'xml': expected text, json"),
        ("ESTAFETTE_HOMES", "/srv", "there is no setting ESTAFETTE_HOMES, did you mean ESTAFETTE_HOME?"),
        ("ESTAFETTE_QQQ", "1", "there is no setting ESTAFETTE_QQQ; `estafette settings` lists all there are"),
        ("ESTAFETTE_CONFIG", "/nowhere.toml", "ESTAFETTE_CONFIG: /nowhere.toml cannot be read"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(Invalid) as refused:
        read_settings()
    assert said in str(refused.value).replace("is '0'", "is 0")
    ended = call("settings")
    assert (ended.exit_code, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("companie = 2", "estafette.toml: there is no setting companie, did you mean company?"),
        ('company = "2"', "estafette.toml: company is '2': expected `int`, got `str`"),
        ("home = 5", "estafette.toml: home is 5: expected a path"),
        ("company", "estafette.toml is not TOML"),
    ],
)
def test_the_file_is_read_as_strictly(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, said: str
) -> None:
    in_file(tmp_path, monkeypatch, text)
    with pytest.raises(Invalid) as refused:
        read_settings()
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "variable", ["ESTAFETTE_TRAPS", "ESTAFETTE_KERNEL_TRAPS", "ESTAFETTE_VENV", "ESTAFETTE_TEST_DATABASE_URL"]
)
def test_what_tests_and_tools_read_is_no_unknown_setting(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "1")
    read_settings()


@pytest.mark.parametrize(
    ("variable", "value", "shown"),
    [
        ("DATABASE_URL", "postgresql://us:s3c:r@t@db:5432/x", "postgresql://us:***@db:5432/x"),
        ("DATABASE_URL", "host=db password=s3cret user=us", "host=db password=*** user=us"),
        (
            "DATABASE_URL",
            "postgresql://db:5432/x?password=s3cret&user=us",
            "postgresql://db:5432/x?password=***&user=us",
        ),
        ("DATABASE_URL", "postgresql://us@db:5432/x", "postgresql://us@db:5432/x"),
        ("ESTAFETTE_METRICS_TOKEN", "0123456789abcdef", "***"),
    ],
)
def test_secrets_are_masked(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, shown: str) -> None:
    monkeypatch.setenv(variable, value)
    assert next(setting.value for setting in list_settings() if setting.variable == variable) == shown
    assert (value in call("settings").output) is (shown == value)


def test_a_secret_that_is_wrong_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESTAFETTE_METRICS_TOKEN", "tooshort")
    ended = call("settings")
    assert ended.exit_code == 1
    assert "tooshort" not in ended.output


def test_the_command_lists_the_same_for_people_and_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESTAFETTE_COMPANY", "7")
    told = json.loads(call("settings", "--json").stdout)["settings"]
    assert {
        "name": "company",
        "variable": "ESTAFETTE_COMPANY",
        "value": 7,
        "source": "environment",
    }.items() <= next(setting for setting in told if setting["name"] == "company").items()
    said = call("settings").stdout
    assert "ESTAFETTE_COMPANY = 7  (environment)" in said
    assert all(setting["means"] in said for setting in told)


def test_every_variable_of_this_program_is_a_setting_or_known_as_something_else() -> None:
    known = {variable_of(name) for name in Settings.__struct_fields__} | OTHERS
    root = Path(__file__).parent.parent
    files = [root / "dev", *root.glob("src/**/*.py"), *root.glob("benchmarks/**/*.py"), *root.glob(".ci/*")]
    named = {
        name
        for file in files
        for name in re.findall(r"ESTAFETTE_[A-Z_]+[A-Z]", file.read_text(encoding="utf-8"))
    }
    assert named <= known
