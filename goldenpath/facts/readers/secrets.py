"""Reads files in which secrets are kept, to tell a real one by its value from an example; values go into no record."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from goldenpath.facts.base import ReadError
from goldenpath.facts.innocent import innocent
from goldenpath.facts.model import Certainty, Facts, Secret
from goldenpath.facts.secret_values import Told, assigned, credential, logins, private_keys, tokens, unquoted
from goldenpath.facts.text import decode, line_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from goldenpath.facts.base import File

    Check = Callable[[str], Iterator[Told]]

_WORDS = ("application", "compose", "config", "credential", "secret", "setting", "values")
_CONFIGURATION = (
    *("*.cfg", "*.conf", "*.ini", "*.properties"),
    *(f"*{word}*.{suffix}" for word in _WORDS for suffix in ("toml", "yaml", "yml")),
)
"""Files of any purpose: in them only what is told by its own shape is looked for. To search all text costs too much."""

PATTERNS: tuple[str, ...] = (
    ".env",
    ".env.*",
    ".env-*",
    ".env_*",
    "*.env",
    "*.env.local",
    ".envrc",
    ".flaskenv",
    ".dev.vars",
    "*.tfvars",
    "*.pem",
    "*.key",
    "*.p8",
    "*.ppk",
    *("id_rsa*", "id_dsa*"),
    *("id_ecdsa*", "id_ed25519*"),
    ".pypirc",
    ".netrc",
    "_netrc",
    ".npmrc",
    ".git-credentials",
    ".htpasswd",
    "kaggle.json",
    "*credential*.json",
    "*service*account*.json",
    "*client_secret*.json",
    "*adminsdk*.json",
    "*keyfile*.json",
    "secrets.json",
    "*-key.json",
    "*_key.json",
    "*api_key*.txt",
    "*apikey*.txt",
    "*token*.txt",
    "*.token",
    "*accesskeys*.csv",
    "**/.aws/credentials",
    "**/.aws/config",
    "**/.docker/config.json",
    "**/.streamlit/secrets.toml",
    "**/.huggingface/token",
    "**/keys/*.json",
    "**/secrets/*.json",
    "**/credentials/*.json",
    "*-sa.json",
    "sa.json",
    ".databrickscfg",
    "**/.dvc/config",
    "**/.dvc/config.local",
    ".s3cfg",
    ".boto",
    "kubeconfig",
    "*.kubeconfig",
    "**/.kube/config",
    "*.tfstate",
    *_CONFIGURATION,
)
VERSION = 3

_TEST = re.compile(
    r"(?:^|/)(?:[^/]*[_-])?(?:tests?|testing|testdata|fixtures?|mocks?|examples?|samples?|corpus|fuzz[^/]*|dummy[^/]*|demos?|__tests__)(?:[_-][^/]*)?/",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"(?:^|[._-])(?:example|sample|template|tmpl|tpl|dist|defaults?|dummy|schema|test)(?:[._-]|\Z)", re.IGNORECASE
)
_ASSIGNMENT = re.compile(
    r"^[ \t]*(?:export[ \t]+|set[ \t]+|-[ \t]+)?[\"']?([A-Za-z_][\w.-]*)[\"']?[ \t]*[=:][ \t]*([^\n]{0,500})",
    re.MULTILINE,
)
_STATE = re.compile(
    r'"(?:\w+_)?(?:password|token|secret_key|access_key|private_key|private_key_pem|connection_string)":\s*"([^"\n]{8,500})"'
)
_NETRC = re.compile(r"\bpassword\s+(\S+)")
_NPMRC = re.compile(r"(?:_authToken|_password|_auth)\s*=\s*(\S+)")
_KUBE = re.compile(r"^[ \t-]*(?:client-key-data|token|password):[ \t]*(\S+)", re.MULTILINE)
_WORST = {Certainty.SURE: 0, Certainty.LIKELY: 1}
_MOST = 1024 * 1024
"""Characters of a text that are searched: what people keep secrets in is short."""


def read(file: File) -> Facts:
    """Return the surest secret of a file, if it holds any: names alone say nothing, so values are looked at.

    Keys and passwords among tests and in examples are none; a token of a known issuer is one even there, though it may
    have been made up.
    """
    text = _text(file)
    if not text:
        return Facts()
    kind, check = _kind(file.path)
    aside = bool(_TEST.search(file.path) or _EXAMPLE.search(file.name))
    found = [_aside(told) for told in tokens(text)] if aside else [*tokens(text), *_own(text, check)]
    if not found:
        return Facts()
    worst = min(found, key=lambda told: (_WORST[told.certainty], told.at))
    row = Secret(
        kind=kind or ("private-key" if "private key" in worst.reason else "token"),
        certainty=worst.certainty,
        reason=worst.reason,
        path=file.path,
        line=line_at(text, worst.at),
    )
    return Facts(secrets=(row,))


def _text(file: File) -> str:
    """Return the text to search, "" for a binary file."""
    try:
        text = decode(file.data)
    except ReadError:
        text = "" if b"\0" in file.data[:1024] else file.data.decode("utf-8", "replace")
    return text[:_MOST]


def _own(text: str, check: Check | None) -> Iterator[Told]:
    """Yield what is told of a file that speaks for its repo."""
    if "PRIVATE KEY" in text or "PuTTY" in text:
        # JSON and dotenv files write the line ends of a key as `\n`, in as many characters as two spaces take.
        yield from private_keys(text.replace("\\n", " \n"))
    if check:
        yield from check(text)


def _aside(told: Told) -> Told:
    return Told(certainty=Certainty.LIKELY, reason=f"{told.reason}, in a test or an example", at=told.at)


def _dotenv(text: str) -> Iterator[Told]:
    yield from logins(_uncommented(text))
    for found in _ASSIGNMENT.finditer(text):
        told = assigned(found[1], found[2])
        if told:
            yield _at(told, found.start())


def _uncommented(text: str) -> str:
    """Return a text of the same length in which comments are blank: what they show is mostly how a thing is written."""
    return re.sub(r"^[ \t]*[#;][^\n]*", lambda found: " " * len(found[0]), text, flags=re.MULTILINE)


def _assigned(*names: str) -> Check:
    """Return a check for a file of `name = value` lines that gives one of these names a real value."""

    def check(text: str) -> Iterator[Told]:
        for found in _ASSIGNMENT.finditer(text):
            if found[1].lower().rpartition(":")[2] in names:
                yield from _credential(found[1], found[2], found.start())

    return check


def _credential(name: str, value: str, at: int) -> Iterator[Told]:
    by_name = assigned(name, value)
    told = by_name if by_name and by_name.certainty is Certainty.SURE else credential(value)
    if told:
        yield _at(told, at)


def _at(told: Told, at: int) -> Told:
    return Told(certainty=told.certainty, reason=told.reason, at=at)


def _words(pattern: re.Pattern[str]) -> Check:
    """Return a check of what an expression finds where a format keeps its credentials."""

    def check(text: str) -> Iterator[Told]:
        for found in pattern.finditer(text):
            yield from _credential("", found[1], found.start())

    return check


def _stored_logins(text: str) -> Iterator[Told]:
    yield from logins(text)


def _hashes(text: str) -> Iterator[Told]:
    """Yield that users' hashes are there: they can be guessed at leisure, but open nothing by themselves."""
    if re.search(r"^[^\s:#]+:[^\s:]+", text, re.MULTILINE):
        yield Told(certainty=Certainty.LIKELY, reason="has the hashes of users' passwords")


def _whole(text: str) -> Iterator[Told]:
    told = credential(text.strip().split("\n")[0])
    if told:
        yield told


def _json_with(*keys: str) -> Check:
    """Return a check for a JSON object in which all of these keys, at any depth of three, have real values."""

    def check(text: str) -> Iterator[Told]:
        try:
            found = dict(_strings(json.loads(text), 3))
        except (ValueError, RecursionError):
            return
        values = [found.get(key, "") for key in keys]
        if all(
            value and not (key == keys[-1] and innocent(unquoted(value)))
            for key, value in zip(keys, values, strict=True)
        ):
            yield from _credential(keys[-1], values[-1], text.find(f'"{keys[-1]}"'))

    return check


def _json_names(text: str) -> Iterator[Told]:
    """Yield what the names and values of a JSON object tell."""
    try:
        found = _strings(json.loads(text), 3)
    except (ValueError, RecursionError):
        return
    for name, value in found:
        told = assigned(name, value)
        if told:
            yield _at(told, max(text.find(f'"{name}"'), 0))


def _strings(value: Any, depth: int) -> list[tuple[str, str]]:
    if not isinstance(value, dict) or not depth:
        return []
    found = []
    for key, item in value.items():
        found.extend([(str(key), item)] if isinstance(item, str) else _strings(item, depth - 1))
    return found


def _kind(path: str) -> tuple[str, Check | None]:
    found = _NAMED.search(path)
    return _KINDS[int((found.lastgroup or "")[1:])][1:] if found else ("", None)


_KINDS: tuple[tuple[str, str, Check | None], ...] = (
    (r"[^/]*\.(?:pem|key|p8|ppk)|id_(?:rsa|dsa|ecdsa|ed25519)[^/]*", "private-key", None),
    (r"\.env(?:[._-][^/]+)?|[^/]*\.env(?:\.local)?|\.envrc|\.flaskenv|\.dev\.vars", "dotenv", _dotenv),
    (r"[^/]+\.tfvars", "terraform-variables", _dotenv),
    (r"\.pypirc", "pypirc", _assigned("password")),
    (r"[._]netrc", "netrc", _words(_NETRC)),
    (r"\.npmrc", "npmrc", _words(_NPMRC)),
    (r"\.git-credentials", "git-credentials", _stored_logins),
    (r"\.htpasswd", "htpasswd", _hashes),
    (r"\.aws/(?:credentials|config)", "aws-credentials", _assigned("aws_secret_access_key")),
    (r"[^/]*accesskeys[^/]*\.csv", "aws-credentials", _words(re.compile(r"\bAKIA\w{16},([\w/+]{40})"))),
    (r"\.huggingface/token", "huggingface-token", _whole),
    (r"[^/]*(?:api_?key|token)[^/]*\.txt|[^/]*\.token", "token", None),
    (r"\.streamlit/secrets\.toml", "streamlit-secrets", _dotenv),
    (r"\.?secrets?\.(?:toml|ya?ml|ini|cfg|properties)", "secrets-file", _dotenv),
    (r"\.?credentials?\.(?:toml|ya?ml|ini|cfg|properties)", "secrets-file", _dotenv),
    (r"\.databrickscfg", "databricks", _assigned("token", "password", "client_secret")),
    (
        r"\.dvc/config(?:\.local)?",
        "dvc-remote",
        _assigned("secret_access_key", "password", "account_key", "sas_token"),
    ),
    (
        r"\.s3cfg|\.boto",
        "storage-credentials",
        _assigned("secret_key", "aws_secret_access_key", "gs_secret_access_key"),
    ),
    (r"kubeconfig|[^/]+\.kubeconfig|\.kube/config", "kubeconfig", _words(_KUBE)),
    (r"[^/]+\.tfstate", "terraform-state", _words(_STATE)),
    (r"kaggle\.json", "kaggle", _json_with("username", "key")),
    (r"\.docker/config\.json", "docker-config", _json_with("auth")),
    (r"secrets\.json", "secrets-file", _json_names),
    (r"[^/]*(?:service[^/]*account|adminsdk|-sa|sa)[^/]*\.json|(?<=keys/)[^/]+\.json", "service-account", None),
    (r"[^/]+\.json", "client-secret", _json_with("client_secret")),
)
_GROUPS = "|".join(f"(?P<k{index}>{names})" for index, (names, _, _) in enumerate(_KINDS))
_NAMED = re.compile(rf"(?:^|/)(?:{_GROUPS})\Z", re.IGNORECASE)
