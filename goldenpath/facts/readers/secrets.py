"""Reads files that should not be in a repo, to tell a real secret from an example; contents go into no record."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from goldenpath.facts.model import Facts, Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = (
    ".env",
    ".env.*",
    "*.env",
    ".envrc",
    "*.pem",
    "*.key",
    "*.ppk",
    "id_rsa*",
    "id_dsa*",
    "id_ecdsa*",
    "id_ed25519*",
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
    "*-key.json",
    "*_key.json",
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
)
VERSION = 2

_TEST = re.compile(
    r"(?:^|/)(?:[^/]*[_-])?(?:tests?|testing|testdata|fixtures?|mocks?|examples?|samples?|corpus|fuzz[^/]*|dummy[^/]*|demos?|__tests__)(?:[_-][^/]*)?/",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"(?:^|[._-])(?:example|sample|template|tmpl|tpl|dist|defaults?|dummy|schema|test)(?:[._-]|\Z)", re.IGNORECASE
)
_PRIVATE_KEY = re.compile(
    rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,400}?[A-Za-z0-9+/=]{40}|PuTTY-User-Key-File-"
)
_ASSIGNMENT = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[=:](.*)$", re.MULTILINE)
_LONGEST = 500  # of a value: enough to tell a secret from a placeholder
_TELLING = re.compile(
    r"(?:^|_)(?:PASS|PASSWD|PASSWORD|PWD|SECRET|TOKEN|CREDENTIALS?|APIKEY|ACCESS_?KEY|PRIVATE_?KEY|API_?KEY|SECRET_?KEY"
    r"|ENCRYPTION_KEY|AUTH_?KEY|ACCOUNT_?KEY|SIGNING_?KEY)(?:_ID)?(?:$|_(?!FILE|PATH|DIR|NAME|URL|EXPIR|TTL|LENGTH))|KEY$",
    re.IGNORECASE,
)
_STATE = re.compile(
    r'"(?:\w+_)?(?:password|token|secret_key|access_key|private_key|private_key_pem|connection_string)":\s*"([^"\n]{8,500})"'
)
_TOKEN = re.compile(
    r"(?:sk-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|AKIA[A-Z0-9]{16}"
    r"|hf_[A-Za-z0-9]{16,}|xox[abprs]-[\w-]{10,}|AIza[\w-]{30,}|npm_[A-Za-z0-9]{20,}|pypi-[\w-]{20,})"
    r"|://[^\s:/@$<{]+:[^\s:/@$<{]{3,}@"
)
_PLACEHOLDER = re.compile(
    r"[\"']?(?:|none|null|true|false|todo|tbd|changeit|test|root|admin|user|guest|pass|passwd|password|minio|minio123|minioadmin"
    r"|postgres|mysql|airflow|mlflow|\d{1,5}|[x*.#_-]+|\.\.\.|<.*|\[.*\]|\{.*|\$.*|%.*%|#.*"
    r"|.*(?:your|change[-_ ]?me|changethis|replace|placeholder|example|dummy|fake|insert|xxxx|redacted|todo|here\b)"
    r".*)[\"']?",
    re.IGNORECASE,
)


def read(file: File) -> Facts:
    """Return what kind of secret a file holds, if any: names alone say too little, so its shape is looked at.

    Examples (`.env.example`), public keys and certificates, placeholders, and keys among tests are no secrets.
    """
    if b"\0" in file.data[:1024]:
        return Facts()
    for matches, kind, check in _KINDS:
        if matches.search(file.path) and check(file):
            return Facts(secrets=(Secret(kind=kind, path=file.path),))
    return Facts()


def _text(file: File) -> str:
    return file.data.decode("utf-8", "replace").lstrip("\ufeff")


def _private_key(file: File) -> bool:
    return not _TEST.search(file.path) and not _example(file) and bool(_PRIVATE_KEY.search(file.data))


def _dotenv(file: File) -> bool:
    if _example(file) or _TEST.search(file.path):
        return False
    return any(_is_secret(name, value) for name, value in _assignments(file))


def _assignments(file: File) -> list[tuple[str, str]]:
    return [(name, value.strip()[:_LONGEST]) for name, value in _ASSIGNMENT.findall(_text(file))]


def _is_secret(name: str, value: str) -> bool:
    if _PLACEHOLDER.fullmatch(value):
        return False
    return bool(_TELLING.search(name) or _TOKEN.search(value))


def _assigned(*names: str) -> Callable[[File], bool]:
    """Return a check for a file of `name = value` lines that gives one of these names a real value."""

    def check(file: File) -> bool:
        wanted = [value for name, value in _assignments(file) if name.lower().rpartition(":")[2] in names]
        return not _example(file) and any(not _PLACEHOLDER.fullmatch(value) for value in wanted)

    return check


def _netrc(file: File) -> bool:
    found = re.findall(r"\bpassword\s+(\S+)", _text(file))
    return not _example(file) and any(not _PLACEHOLDER.fullmatch(word) for word in found)


def _npmrc(file: File) -> bool:
    found = re.findall(r"(?:_authToken|_password|_auth)\s*=\s*(\S+)", _text(file))
    return any(not _PLACEHOLDER.fullmatch(word) for word in found)


def _url_password(file: File) -> bool:
    return bool(_TOKEN.search(_text(file)))


def _any_text(file: File) -> bool:
    text = _text(file).strip()
    return bool(text) and not _PLACEHOLDER.fullmatch(text.split("\n")[0])


def _kubeconfig(file: File) -> bool:
    """Look for a client's key or token; a cluster's certificate is for everybody."""
    found = re.findall(r"^[ \t-]*(?:client-key-data|token|password):[ \t]*(\S+)", _text(file), re.MULTILINE)
    return not _example(file) and not _TEST.search(file.path) and any(not _PLACEHOLDER.fullmatch(w) for w in found)


def _tfstate(file: File) -> bool:
    """Look for values of telling names: Terraform writes what it was given in the clear."""
    found = _STATE.findall(_text(file))
    return not _example(file) and not _TEST.search(file.path) and any(not _PLACEHOLDER.fullmatch(w) for w in found)


def _json_with(*keys: str) -> Callable[[File], bool]:
    """Return a check for a JSON object in which all of these keys, at any depth of three, have real values."""

    def check(file: File) -> bool:
        try:
            document: Any = json.loads(_text(file))
        except (ValueError, RecursionError):
            return False
        found = dict(_strings(document, 3))
        values = [found.get(key, "") for key in keys]
        return not _example(file) and all(not _PLACEHOLDER.fullmatch(value) for value in values)

    return check


def _strings(value: Any, depth: int) -> list[tuple[str, str]]:
    if not isinstance(value, dict) or not depth:
        return []
    found = []
    for key, item in value.items():
        found.extend([(str(key), item)] if isinstance(item, str) else _strings(item, depth - 1))
    return found


def _service_account(file: File) -> bool:
    return bool(_PRIVATE_KEY.search(file.data.replace(b"\\n", b"\n"))) and _json_with("private_key", "client_email")(
        file
    )


def _client_secret(file: File) -> bool:
    return not _TEST.search(file.path) and _json_with("client_secret")(file)


def _example(file: File) -> bool:
    return bool(_EXAMPLE.search(file.name))


def _named(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|/)(?:{pattern})\Z", re.IGNORECASE)


_KINDS: tuple[tuple[re.Pattern[str], str, Callable[[File], bool]], ...] = (
    (_named(r"[^/]*\.(?:pem|key|ppk)|id_(?:rsa|dsa|ecdsa|ed25519)[^/]*"), "private-key", _private_key),
    (_named(r"\.env|\.env\.[^/]+|[^/]*\.env|\.envrc"), "dotenv", _dotenv),
    (_named(r"\.pypirc"), "pypirc", _assigned("password")),
    (_named(r"[._]netrc"), "netrc", _netrc),
    (_named(r"\.npmrc"), "npmrc", _npmrc),
    (_named(r"\.git-credentials"), "git-credentials", _url_password),
    (_named(r"\.htpasswd"), "htpasswd", _any_text),
    (_named(r"\.aws/(?:credentials|config)"), "aws-credentials", _assigned("aws_secret_access_key")),
    (_named(r"\.huggingface/token"), "huggingface-token", _any_text),
    (_named(r"\.streamlit/secrets\.toml"), "streamlit-secrets", _dotenv),
    (_named(r"\.databrickscfg"), "databricks", _assigned("token", "password", "client_secret")),
    (
        _named(r"\.dvc/config(?:\.local)?"),
        "dvc-remote",
        _assigned("secret_access_key", "password", "account_key", "sas_token"),
    ),
    (
        _named(r"\.s3cfg|\.boto"),
        "storage-credentials",
        _assigned("secret_key", "aws_secret_access_key", "gs_secret_access_key"),
    ),
    (_named(r"kubeconfig|[^/]+\.kubeconfig|\.kube/config"), "kubeconfig", _kubeconfig),
    (_named(r"[^/]+\.tfstate"), "terraform-state", _tfstate),
    (_named(r"kaggle\.json"), "kaggle", _json_with("username", "key")),
    (_named(r"\.docker/config\.json"), "docker-config", _json_with("auth")),
    (_named(r"[^/]+\.json"), "service-account", _service_account),
    (_named(r"[^/]+\.json"), "client-secret", _client_secret),
)
