from __future__ import annotations

import json

import pytest

from goldenpath.facts.base import File
from goldenpath.facts.readers import secrets

BODY = "\n".join(["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7" + "x" * 12] * 4)
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----\n"
ACCOUNT = json.dumps({"type": "service_account", "private_key": PEM, "client_email": "a@b.iam"})


def _kinds(path: str, text: str) -> list[str]:
    facts = secrets.read(File(path=path, data=text.encode()))
    assert all(row.path == path for row in facts.secrets)
    return [row.kind for row in facts.secrets]


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("id_rsa", PEM, "private-key"),
        ("deploy/server.key", PEM, "private-key"),
        ("x.pem", PEM.replace("RSA ", ""), "private-key"),
        (".env", "API_KEY=abc123\n", "dotenv"),
        (".env.production", "# x\nexport DB_PASSWORD='hunter2'\n", "dotenv"),
        ("conf/prod.env", "HF=hf_abcdefghijklmnopqrst\n", "dotenv"),
        (".env", "DATABASE_URL=postgres://app:s3cret@db/x\n", "dotenv"),
        (".env", "AWS_SECRET_ACCESS_KEY=abc/def\n", "dotenv"),
        (".pypirc", "[pypi]\nusername = __token__\npassword = pypi-AgEIcHl\n", "pypirc"),
        (".netrc", "machine api.wandb.ai\n  login user\n  password 0123abcdef\n", "netrc"),
        (".npmrc", "//registry/:_authToken=npm_0123\n", "npmrc"),
        ("home/.aws/credentials", "[default]\naws_secret_access_key = abc/def\n", "aws-credentials"),
        ("kaggle.json", '{"username": "u", "key": "0123456789abcdef"}', "kaggle"),
        ("gcp/my-service-account.json", ACCOUNT, "service-account"),
        ("credentials.json", '{"installed": {"client_secret": "GOCSPX-0123"}}', "client-secret"),
        (".streamlit/secrets.toml", 'token = "s3cr3tvalue"\n', "streamlit-secrets"),
        ("keys/reader.json", ACCOUNT, "service-account"),
        (".databrickscfg", "[DEFAULT]\nhost = https://x\ntoken = dapi0123abcd\n", "databricks"),
        (".dvc/config", "['remote \"s\"']\n    url = s3://x\n    secret_access_key = abc/def\n", "dvc-remote"),
        (".s3cfg", "[default]\nsecret_key = abc/def\n", "storage-credentials"),
        (".kube/config", "users:\n- user:\n    client-key-data: LS0tLS1CRUdJTg==\n", "kubeconfig"),
        ("infra/terraform.tfstate", '{"attributes": {"admin_password": "hunter2hunter2"}}', "terraform-state"),
    ],
)
def test_a_secret_is_told_by_its_kind(path: str, text: str, kind: str) -> None:
    assert _kinds(path, text) == [kind]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".env.example", "API_KEY=abc123\n"),
        ("example.env", "API_KEY=abc123\n"),
        (".env", "API_KEY=\nTOKEN=<your token>\nSECRET=${SECRET}\nPASSWORD=changeme\nKEY=your-key-here\n"),
        ("deploy/db.env", "MYSQL_ROOT_PASSWORD=test\nPOSTGRES_PASSWORD='postgres'\n"),
        ("examples/demo/x.env", "API_KEY=abc123\n"),
        (".env", "PORT=8000\nLOG_LEVEL=info\nPYTHONPATH=src\nMAX_TOKENS=512\nTOKENIZER=bert\n"),
        (".env", "KEY_FILE=/run/secrets/key\nSECRET_NAME=app\nTOKEN_PATH=/x\n"),
        ("id_rsa.pub", "ssh-rsa AAAAB3NzaC1yc2E user@host\n"),
        ("ca.pem", "-----BEGIN CERTIFICATE-----\n" + BODY + "\n-----END CERTIFICATE-----\n"),
        ("tests/data/server.key", PEM),
        ("test_keys/id_rsa", PEM),
        ("dummyserver/certs/server.key", PEM),
        ("fuzz/corpus/seed.pem", PEM),
        ("x.key", "just some words"),
        (".npmrc", "registry=https://registry.example.org\n"),
        (".npmrc", "//registry/:_authToken=${NPM_TOKEN}\n"),
        (".pypirc", "[pypi]\nusername = __token__\n"),
        ("kaggle.json", '{"username": "", "key": ""}'),
        ("credentials.json", "{broken"),
        ("credentials.json", '{"a": {"b": 1}}'),
        ("service_account_example.json", ACCOUNT),
        ("sort_key.json", "[1]"),
        ("test/e2e/credentials/gcp_credentials.json", '{"client_secret": "GOCSPX-0123", "refresh_token": "1//a"}'),
        ("keys/names.json", '{"a": "b"}'),
        (".dvc/config", "[core]\n    remote = s\n['remote \"s\"']\n    url = s3://x\n"),
        ("kubeconfig", "clusters:\n- cluster:\n    certificate-authority-data: LS0tLS1CRUdJTg==\n"),
        ("terraform.tfstate", '{"attributes": {"partition_key": "customer_id", "password": "changeme"}}'),
    ],
)
def test_an_example_or_a_public_part_is_no_secret(path: str, text: str) -> None:
    assert _kinds(path, text) == []


def test_no_content_reaches_the_record() -> None:
    facts = secrets.read(File(path=".env", data=b"API_KEY=abc123\n"))

    assert "abc123" not in repr(facts)


def test_a_binary_file_is_passed_over() -> None:
    assert secrets.read(File(path="a.key", data=b"\0\1" * 600)).secrets == ()
