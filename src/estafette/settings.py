"""
Settings: what an operator can set, read at a door and passed on as values.

They come from the environment, or from a TOML file that `ESTAFETTE_CONFIG` names; the environment goes first.
A name that nobody reads is refused: a setting with a slip of the pen must not look accepted.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_type_hints

import msgspec
from msgspec import Meta

from estafette.domain.error import Invalid

_SECRET = {"secret": True}

# What begins like a setting and is none: read by the kernel, the tests and the script `dev`.
OTHERS = frozenset(
    {
        "ESTAFETTE_CONFIG", "ESTAFETTE_KERNEL_TRAPS", "ESTAFETTE_RECONNECTS", "ESTAFETTE_TEST_DATABASE_URL",
        "ESTAFETTE_TRAPS", "ESTAFETTE_VENV",
    }
)  # fmt: skip


class LogFormat(StrEnum):
    """How the program says what it does: lines for people, or one JSON object a line."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """From which weight on things are said."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class MetricsFor(StrEnum):
    """Who may read `/metrics`: nobody, who connects from this machine, or who brings the token."""

    NOBODY = "nobody"
    LOCAL = "local"
    TOKEN = "token"  # noqa: S105 - a way, not a secret


def _usual_home() -> Path:
    data_home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data_home) / "estafette"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """
    Every setting with its meaning.

    The variable of `home` is `ESTAFETTE_HOME`, and so on; that of `database_url` is `DATABASE_URL`.
    In the file it is the name itself.
    """

    home: Annotated[
        Path, Meta(description="where the embedded database, kept plans and written notices live")
    ] = msgspec.field(default_factory=_usual_home)
    database_url: Annotated[
        str | None, Meta(description="a PostgreSQL server (15 or newer) instead of the embedded one")
    ] = None
    database: Annotated[
        str, Meta(min_length=1, description="name of the database on the embedded server")
    ] = "estafette"
    company: Annotated[int, Meta(ge=1, description="id of the company that commands work for")] = 1
    osrm_url: Annotated[str | None, Meta(description="an OSRM server that goes before roads built here")] = (
        None
    )
    map: Annotated[
        str | None,
        Meta(description="tiles behind the board, xyz:https://HOST/{z}/{x}/{y}.png; else what was built"),
    ] = None
    map_attribution: Annotated[
        str | None, Meta(min_length=1, description="who made those tiles, as the map must say")
    ] = None
    notes_keys: Annotated[
        str | None,
        Meta(
            description="keys of medical notes, `id:key` (32 bytes in base64), separated by commas: the first"
            " one writes, all read",
            extra=_SECRET,
        ),
    ] = None
    public_address: Annotated[
        str | None,
        Meta(description="where people reach the board, https://...; passkeys, OpenID and links need it"),
    ] = None
    openid_issuer: Annotated[
        str | None, Meta(description="an OpenID Connect issuer by which people may sign in, https://...")
    ] = None
    openid_client_id: Annotated[str | None, Meta(description="how the issuer knows this program")] = None
    openid_client_secret: Annotated[
        str | None, Meta(description="what this program shows the issuer", extra=_SECRET)
    ] = None
    openid_name: Annotated[str | None, Meta(description="how people call the issuer, on the button")] = None
    sign_in_keys: Annotated[
        str | None,
        Meta(
            description="keys of second factors, as those of notes; all web processes need the same",
            extra=_SECRET,
        ),
    ] = None
    push_key: Annotated[
        str | None,
        Meta(
            description="key by which push services know us (estafette phone key), one for all processes",
            extra=_SECRET,
        ),
    ] = None
    push_contact: Annotated[
        str,
        Meta(
            pattern="^(mailto:.+@.+|https://.+)$",
            description="where a push service may complain: mailto:... or https://...",
        ),
    ] = "mailto:postmaster@localhost"
    log_format: Annotated[LogFormat, Meta(description="text for people, json for programs")] = LogFormat.TEXT
    log_level: Annotated[LogLevel, Meta(description="from which weight on things are logged")] = LogLevel.INFO
    metrics: Annotated[
        MetricsFor,
        Meta(description="who may read /metrics: nobody, local (who connects from this machine), token"),
    ] = MetricsFor.NOBODY
    metrics_token: Annotated[
        Annotated[str, Meta(min_length=16)] | None,
        Meta(description="what a reader of /metrics brings as Bearer", extra=_SECRET),
    ] = None
    max_body_bytes: Annotated[
        int, Meta(ge=1_000, le=1_000_000_000, description="longest body of a request")
    ] = 1_000_000
    max_import_bytes: Annotated[
        int, Meta(ge=1_000, le=1_000_000_000, description="longest body of an import")
    ] = 20_000_000
    request_timeout_s: Annotated[
        float, Meta(gt=0, le=3600, description="seconds after which a request is given up; streams go on")
    ] = 60.0


class Source(StrEnum):
    """Where a value comes from."""

    DEFAULT = "default"
    ENVIRONMENT = "environment"
    FILE = "file"


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One setting as it is in force; a secret's value is masked."""

    name: str
    variable: str
    value: str | int | float | bool | None
    source: Source
    means: str


class _Given(NamedTuple):
    value: Any
    source: Source


def read_settings() -> Settings:
    """Read the settings; raises `Invalid` for an unknown name, a wrong value, a file that cannot be read."""
    return Settings(**{name: given.value for name, given in _given().items()})


def list_settings() -> tuple[Setting, ...]:
    """List every setting as it is in force, with its source and meaning; raises `Invalid`."""
    given, settings = _given(), read_settings()
    return tuple(
        Setting(
            name=name,
            variable=variable_of(name),
            value=_shown(getattr(settings, name), meta),
            source=given[name].source if name in given else Source.DEFAULT,
            means=meta.description or "",
        )
        for name, (_, meta) in _fields().items()
    )


def variable_of(name: str) -> str:
    """Give the variable of a setting."""
    return "DATABASE_URL" if name == "database_url" else f"ESTAFETTE_{name.upper()}"


def _fields() -> dict[str, tuple[Any, Meta]]:
    hints = get_type_hints(Settings, include_extras=True)
    return {
        name: (hint, next(m for m in hint.__metadata__ if isinstance(m, Meta)))
        for name, hint in hints.items()
    }


def _given() -> dict[str, _Given]:
    """Give what is set, by name; the environment goes before the file."""
    given = {name: _Given(value, Source.FILE) for name, value in _of_file()}
    given |= {name: _Given(value, Source.ENVIRONMENT) for name, value in _of_environment(os.environ)}
    return given


def _of_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    names = {variable_of(name): name for name in _fields()}
    # On Windows names come in capitals, whatever was written.
    for variable in sorted(environment):
        if variable in names and environment[variable]:
            yield names[variable], _read(names[variable], environment[variable], variable, strict=False)
        elif variable.startswith("ESTAFETTE_") and variable not in names and variable not in OTHERS:
            raise Invalid(_unknown(variable, names))


def _of_file() -> Iterator[tuple[str, Any]]:
    path = os.environ.get("ESTAFETTE_CONFIG")
    if not path:
        return
    for name, value in _table(Path(path)).items():
        if name not in _fields():
            raise Invalid(f"{path}: " + _unknown(name, _fields()))
        yield name, _read(name, value, f"{path}: {name}", strict=True)


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"ESTAFETTE_CONFIG: {path} cannot be read, {error.strerror}"
        raise Invalid(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"ESTAFETTE_CONFIG: {path} is not TOML: {error}"
        raise Invalid(message) from error


def _unknown(name: str, known: Mapping[str, object]) -> str:
    # Without the prefix, which makes all of them alike.
    bare = {one.removeprefix("ESTAFETTE_"): one for one in known}
    near = difflib.get_close_matches(name.removeprefix("ESTAFETTE_"), bare, n=1, cutoff=0.6)
    hint = f", did you mean {bare[near[0]]}?" if near else "; `estafette settings` lists all there are"
    return f"there is no setting {name}{hint}"


def _read(name: str, value: Any, where: str, *, strict: bool) -> Any:
    kind, meta = _fields()[name]
    try:
        return msgspec.convert(value, kind, strict=strict, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise Invalid(f"{where} is {_shown(value, meta)!r}: {_expected(kind, error)}") from error


def _expected(kind: Any, error: msgspec.ValidationError) -> str:
    plain = kind.__origin__
    if isinstance(plain, type) and issubclass(plain, StrEnum):
        return f"expected {', '.join(plain)}"
    said = str(error)
    return said[:1].lower() + said[1:]


def _path(_: type, value: Any) -> Path:
    if not isinstance(value, str):
        message = "Expected a path"
        raise msgspec.ValidationError(message)
    return Path(value).expanduser()


# A password within an address: `scheme://user:PASSWORD@host`, or `password=PASSWORD`.
_IN_ADDRESS = re.compile(r"(://[^:/@\s]*:).*(?=@)")
_BY_NAME = re.compile(r"(password=)('[^']*'|[^&\s]+)")


def _shown(value: Any, meta: Meta) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if meta.extra and meta.extra.get("secret"):
        return "***"
    return _BY_NAME.sub(r"\1***", _IN_ADDRESS.sub(r"\1***", str(value)))
