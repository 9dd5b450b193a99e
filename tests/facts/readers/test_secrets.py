from __future__ import annotations

import base64
import json
import random
import string

import pytest

from goldenpath.facts.base import File
from goldenpath.facts.known import known
from goldenpath.facts.model import Certainty, Secret
from goldenpath.facts.readers import secrets
from tests.growth import LINEAR, growth

HEX, WORD = "0123456789abcdef", string.ascii_letters + string.digits


def made(length: int, alphabet: str = WORD, seed: int = 1) -> str:
    """Make a value as an issuer would: the same at each run, and no secret of anybody."""
    return "".join(random.Random(seed).choices(alphabet, k=length))  # noqa: S311 - it guards nothing


PREFACE = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
BODY = "\n".join([PREFACE + made(12), *(made(64, seed=n) for n in range(4))])
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----\n"
LOCKED = PEM.replace("-----\n", "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0F\n\n", 1)
OPENSSH = "-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----\n"
ACCOUNT = json.dumps({"type": "service_account", "private_key": PEM, "client_email": "a@b.iam"})
HF = "hf_" + made(34)
GITHUB = "ghp_" + made(36)
OPENAI = "sk-proj-" + made(60)
AWS = made(38) + "/+"
SLACK = "xoxb-" + made(12, string.digits) + "-" + made(24)


def _openssh(cipher: bytes) -> str:
    name = len(cipher).to_bytes(4, "big") + cipher
    data = b"openssh-key-v1\0" + name + made(120).encode()
    return OPENSSH.format(base64.b64encode(data).decode())


def _rows(path: str, text: str) -> tuple[Secret, ...]:
    facts = secrets.read(File(path=path, data=text.encode()))
    assert all(row.path == path for row in facts.secrets)
    return facts.secrets


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("id_rsa", PEM, "private-key"),
        ("deploy/server.key", PEM, "private-key"),
        ("x.pem", PEM.replace("RSA ", ""), "private-key"),
        ("id_ed25519", _openssh(b"none"), "private-key"),
        ("deploy.ppk", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\n", "private-key"),
        (".env", f"OPENAI_API_KEY={OPENAI}\n", "dotenv"),
        (".env", f"# OPENAI_API_KEY={OPENAI}\n", "dotenv"),
        (".env", f"ANYTHING={HF}\n", "dotenv"),
        (".env-prod", f"export GH='{GITHUB}' # ours\n", "dotenv"),
        (".env", f"AWS_SECRET_ACCESS_KEY={AWS}\n", "dotenv"),
        (".env", f"WANDB_API_KEY={made(40, HEX)}\n", "dotenv"),
        (".env.keys", f'DOTENV_PRIVATE_KEY_PRODUCTION="{made(64, HEX)}"\n', "dotenv"),
        (".env", f'KEY="{PEM}"\n', "dotenv"),
        (".env", 'KEY="' + PEM.replace("\n", "\\n") + '"\n', "dotenv"),
        (".env", f"SLACK={SLACK}\n", "dotenv"),
        ("infra/prod.tfvars", f'token = "{GITHUB}"\n', "terraform-variables"),
        (".pypirc", f"[pypi]\nusername = __token__\npassword = pypi-AgEIcHlwaS5vcmc{made(60)}\n", "pypirc"),
        (".netrc", f"machine api.wandb.ai\n  login user\n  password {made(40, HEX)}\n", "netrc"),
        (".npmrc", f"//registry/:_authToken=npm_{made(36)}\n", "npmrc"),
        ("home/.aws/credentials", f"[default]\naws_secret_access_key = {AWS}\n", "aws-credentials"),
        (
            "root_accessKeys.csv",
            f"Access key ID,Secret access key\nAKIA{'2ABCDQ7XKLMN5PRT'},{AWS}\n",
            "aws-credentials",
        ),
        ("kaggle.json", json.dumps({"username": "u", "key": made(32, HEX)}), "kaggle"),
        ("gcp/my-service-account.json", ACCOUNT, "service-account"),
        ("keys/reader.json", ACCOUNT, "service-account"),
        ("credentials.json", json.dumps({"installed": {"client_secret": "GOCSPX-" + made(28)}}), "client-secret"),
        (".streamlit/secrets.toml", f'[openai]\nkey = "{OPENAI}"\n', "streamlit-secrets"),
        (".databrickscfg", f"[DEFAULT]\nhost = https://x\ntoken = dapi{made(32, HEX)}\n", "databricks"),
        (".dvc/config", f"['remote \"s\"']\n    url = s3://x\n    secret_access_key = {AWS}\n", "dvc-remote"),
        (".s3cfg", f"[default]\nsecret_key = {AWS}\n", "storage-credentials"),
        (
            ".kube/config",
            f"users:\n- user:\n    client-key-data: {base64.b64encode(PEM.encode()).decode()}\n",
            "kubeconfig",
        ),
        ("infra/terraform.tfstate", json.dumps({"attributes": {"admin_password": made(24)}}), "terraform-state"),
        ("compose.yaml", f"services:\n  a:\n    environment:\n      - HF_TOKEN={HF}\n", "token"),
        ("config/app.ini", f"[a]\nx = {GITHUB}\n", "token"),
        ("k8s/tls-secret.yaml", "stringData:\n  key: |\n    " + PEM.replace("\n", "\n    "), "private-key"),
        ("api_key.txt", OPENAI, "token"),
    ],
)
def test_a_secret_is_told_by_its_value_and_is_sure(path: str, text: str, kind: str) -> None:
    (row,) = _rows(path, text)

    assert (row.kind, row.certainty) == (kind, Certainty.SURE)


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        (".env.production", "# x\nexport DB_PASSWORD='Xk3j2kd9sl'\n", "looks random"),
        (".env", f"SESSION_SECRET={made(32, HEX)}\n", "looks random"),
        (".env", f"clientSecret={made(24)}\n", "looks random"),
        (".env", f"STRIPE_KEY={made(24)}\n", "looks random"),
        (".env", "DATABASE_URL=postgres://app:s3cret@db/x\n", "password in a URL"),
        (".env", f"AWS_ACCESS_KEY_ID=AKIA{'2ABCDQ7XKLMN5PRT'}\n", "Amazon"),
        (".env", f"STRIPE=sk_test_{made(24)}\n", "Stripe"),
        (".env.example", f"HF_TOKEN={HF}\n", "in a test or an example"),
        ("tests/data/x.yaml", f"token: {HF}\n", "in a test or an example"),
        ("server.key", LOCKED, "passphrase"),
        ("x.pem", PEM.replace("RSA PRIVATE", "ENCRYPTED PRIVATE"), "passphrase"),
        ("id_ed25519", _openssh(b"aes256-ctr"), "passphrase"),
        ("x.ppk", "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: aes256-cbc\nComment: x\n", "passphrase"),
        (".netrc", "machine x\nlogin u\npassword Xk3j2kd9sl\n", "credential"),
        (".htpasswd", "admin:$apr1$x$y\n", "hashes"),
        (".git-credentials", "https://me:Xk3j2kd9sl@git.example.org\n", "password in a URL"),
        ("conf/secrets.yaml", "db_password: Xk3j2kd9sl\n", "looks random"),
        ("secrets.json", '{"db": {"password": "Xk3j2kd9sl"}}', "looks random"),
    ],
)
def test_what_only_looks_like_a_secret_is_likely_with_the_reason(path: str, text: str, why: str) -> None:
    (row,) = _rows(path, text)

    assert row.certainty is Certainty.LIKELY
    assert why in row.reason


INNOCENT = r"""
OPENAI_API_KEY=op://dev/openai/credential
DB_PASSWORD=vault:secret/data/db#password
DB_PASSWORD=vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf7w==
API_SECRET=aws-ssm:/prod/api/secret
API_SECRET=arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/api-AbC1d2
ANTHROPIC_API_KEY=incidents/prod/anthropic
API_SECRET=projects/123/secrets/api/versions/latest
DB_PASSWORD=ref+vault://secret/db#/password
DB_PASSWORD=@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/secrets/db)
DB_PASSWORD={{resolve:secretsmanager:prod/db:SecretString:password}}
DB_PASSWORD={{ lookup('env', 'DB_PASSWORD') }}
DB_PASSWORD=$(cat /run/secrets/db)
DB_PASSWORD=${DB_PASSWORD:-Xk3j2kd9slq}
DB_PASSWORD=$OTHER_PASSWORD
DB_PASSWORD=%DB_PASSWORD%
DB_PASSWORD=<the password of the database 1>
api_key_env="MY_SECRET1"
API_KEY=MY_SECRET1
DB_PASSWORD=encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt+Z9HPMfLEIRVz50hmLXPXRuDBXaJi
DB_PASSWORD=ENC[AES256_GCM,data:5k1xk2==,iv:abc=,tag:def==,type:str]
DB_PASSWORD=ENC(G6N718UuyPE5bHyWKyuLQSm02auQPUtm)
DB_PASSWORD={cipher}682bc583f4641835fa2db009355293665d2647dade3375c0ee201de2a49f7bda
DB_PASSWORD=U2FsdGVkX18Hq7kK3dTg8oZlYq0lmKjdsSa0wF3Xk3j=
SOPS_AGE_RECIPIENT_KEY=age1vvdrjrnguxy9aft4nnd9tghn2m9vrghv2z0ggsxqws43hyhq99aq79md5f
sops_age__list_0__map_enc=-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBPcTlBTE5K\n
sops_mac=ENC[AES256_GCM,data:OJPPmSqijd8gCEGaHVFBL5BjRszXeTREGI59umkayvI=,iv:M=,tag:g=,type:str]
DOTENV_PUBLIC_KEY="03f8a376ef9bd39e4f0d5ec7ea06bd3b3f6d7d8f6a1f6d9a0c1e2f4b5a69788c0d"
STRIPE_KEY=pk_live_51HqLyjWDarjtT1zdp7dcXk3j2kd9s
LANGFUSE_PUBLIC_KEY=pk-lf-8d3b6f0a-12c4-4e7f-9a1b-2c3d4e5f6071
POSTHOG_API_KEY=phc_Xk3j2kd9slQw8eRt7yUi6oPa5sDf4gHj3kL
NEXT_PUBLIC_FIREBASE_API_KEY=Xk3j2kd9slQw8eRt7yUi6oPa5sDf4g
SSH_HOST_KEY="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7x8q1Kd me@host"
KEY_FINGERPRINT=SHA256:uNiVztksCsDhcc0u9e8BrrXy9Xk3j2kd9slQw8eRt7y
ADMIN_PASSWORD_HASH=$2b$12$KIXQ4JqYpQmYbQzKq3yF1eXk3j2kd9slQw8eRt7yUi6oPa5sDf4g
ADMIN_PASSWORD=pbkdf2_sha256$600000$Xk3j2kd9sl$Qw8eRt7yUi6oPa5sDf4gHj3kL=
GOOGLE_APPLICATION_CREDENTIALS=/app/keys/gcp.json
SSL_KEY=./certs/server-2024.pem
SECRET_KEY=C:\keys\app1.key
TOKEN_PATH=/x
KEY_FILE=/run/secrets/key
API_KEY_HEADER=X-API-Key
TOKEN_ALGORITHM=HS256
TOKEN_BUDGET=128000
MAX_TOKENS=512
TOKEN_TTL=30d
SORT_KEY=created_at
REDIS_KEY=features:v2:user_id
PARTITION_KEY=Xk3j2kd9slQw8eRt
EOS_TOKEN=<|endoftext|>
PAD_TOKEN=[PAD]
TOKENIZER_SECRET=sentence-transformers/all-MiniLM-L6-v2
AUTH_TOKEN_CLASS=rest_framework.authtoken.models.Token
SHORTCUT_KEY=ctrl+shift+down
MYSQL_ALLOW_EMPTY_PASSWORD=yes
MYSQL_ROOT_PASSWORD=root
POSTGRES_PASSWORD='postgres'
MINIO_SECRET_KEY=minioadmin
MINIO_SECRET_KEY=minio123
DB_PASSWORD=changeme
DB_PASSWORD=Change_Me_123!
DB_PASSWORD=change-this-before-2027
API_KEY=your-stackit-vllm-api-key
API_KEY=YOUR_API_KEY_HERE1
API_KEY=xxxxxxxxxxxxxxxxxxxx
API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
API_KEY=sk-1234567890abcdefghijklmnopqrstuvwxyz1234567890ab
API_KEY=sk-your-openai-key
API_KEY=REDACTED
API_KEY=_env:SALESFORCE_CLIENT_ID:REDACTED
API_KEY=****************
API_KEY=abcdefghijklmnop1234
API_KEY=not-needed
API_KEY=none
API_KEY=None
API_KEY=
API_KEY=""
AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
AZURE_STORAGE=AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==
JWT_TOKEN=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c
DATABASE_URL=postgres://user:password@localhost:5432/app
DATABASE_URL=postgresql://postgres:postgres@db/app
DATABASE_URL=postgresql://app:${DB_PASSWORD}@db/app
# DATABASE_URL=postgres://app:Xk3j2kd9sl@db/app
BROKER=amqp://guest:guest@rabbit:5672
SENTRY_DSN=https://public@sentry.example.org/1
API_SECRET_URL=https://vault.example.org/v1/x1
CONTACT_TOKEN=me.2@example.org
GIT_SHA_KEY=https://example.org/a1b2
GPG_KEY=3AA5C34371567BD2
AZURE_OPENAI_API_KEY=@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/secrets/a/0123456789abcdef0123456789abcdef)
DB_PASSWORD=%env(DB_PASSWORD)%
RELEASE_KEY=git.commit.sha:55e7e7703f17c41f276caf8f1a1b744d674259f8
SLACK_SIGNING_SECRET="projects/455826092000/secrets/SlackSigningSecret/versions/latest"
client_secret = google_iam_oauth_client_credential.x.client_secret
client_secret = module.secret_manager.secret_ids["my-secret"]
METALLB_ML_SECRET_KEY=/etc/ml_secret_key
tokenizationId=f865288c97ca4913887373728b8dfc4c
COMMIT=0b1d9c2f4e6a8b7c5d3e1f0a9b8c7d6e5f4a3b2c
PASSWORD_POLICY=Min8Chars1Upper
GH_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
HF_TOKEN=hf_...
HF_TOKEN=hf_YourTokenHereYourTokenHereYourToken
K8S_SECRET=cGFzc3dvcmQ=
PROTOCOL_KEY=2024-01-31
""".strip().split("\n")


@pytest.mark.parametrize("body", [made(61), made(40) + "=\n=" + made(50), "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ"])
def test_a_key_that_was_cut_off_is_told(body: str) -> None:
    (row,) = _rows("deploy.key", OPENSSH.format(body))
    assert row.reason == "is a private key"


@pytest.mark.parametrize("width", [16, 32, 70, 4000])
def test_a_key_is_told_however_its_lines_are_broken(width: int) -> None:
    body = BODY.replace("\n", "")
    lines = "\n".join(body[at : at + width] for at in range(0, len(body), width))
    (row,) = _rows("deploy.key", PEM.replace(BODY, lines))
    assert row.certainty is Certainty.SURE


@pytest.mark.parametrize("line", INNOCENT)
def test_a_value_that_opens_nothing_is_no_secret(line: str) -> None:
    assert _rows(".env", f"LOG_LEVEL=debug\n{line}\n") == ()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".env.example", "API_KEY=Xk3j2kd9sl\n"),
        ("example.env", "API_KEY=Xk3j2kd9sl\n"),
        ("examples/demo/x.env", "API_KEY=Xk3j2kd9sl\n"),
        ("id_rsa.pub", "ssh-rsa AAAAB3NzaC1yc2E user@host\n"),
        ("ca.pem", f"-----BEGIN CERTIFICATE-----\n{BODY}\n-----END CERTIFICATE-----\n"),
        ("jwt.pem", f"-----BEGIN PUBLIC KEY-----\n{BODY}\n-----END PUBLIC KEY-----\n"),
        ("x.pem", "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n"),
        ("x.pem", f"-----BEGIN PRIVATE KEY-----\n{'x' * 64}\n-----END PRIVATE KEY-----\n"),
        ("x.pem", PEM.replace(BODY, "...") + PEM.replace("RSA PRIVATE KEY", "CERTIFICATE")),
        ("x.key", PEM.replace(BODY, f"{BODY[:48]}\n{'fakekeymaterial' * 3}==")),
        ("x.key", PEM.replace(BODY, "MIIEpAIBAAKCAQEAyour" + "PrivateKeyGoesHere" * 9)),
        ("secrets.toml", f'# paste -----BEGIN PRIVATE KEY----- here\nfoo = "{BODY[:60]}"\n'),
        ("secrets.toml", f'header = "-----BEGIN PRIVATE KEY-----"\nimage = "{BODY}"\n'),
        ("x.key", PEM.replace(BODY, f"{PREFACE}...")),
        ("x.key", PEM.replace(BODY, "MIIEpAIBAAKCAQEA...")),
        ("dh.pem", f"-----BEGIN DH PARAMETERS-----\n{BODY}\n-----END DH PARAMETERS-----\n"),
        ("keys/a.json", json.dumps({"private_key": "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n"})),
        ("cosign.key", PEM.replace("RSA PRIVATE", "ENCRYPTED SIGSTORE PRIVATE")),
        ("tests/data/server.key", PEM),
        ("test_keys/id_rsa", PEM),
        ("dummyserver/certs/server.key", PEM),
        ("fuzz/corpus/seed.pem", PEM),
        ("x.key", "just some words"),
        (".npmrc", "registry=https://registry.example.org\n"),
        (".npmrc", "//registry/:_authToken=${NPM_TOKEN}\n"),
        (".pypirc", "[pypi]\nusername = __token__\n"),
        ("kaggle.json", '{"username": "", "key": ""}'),
        ("kaggle.json", '{"username": "YOUR_NAME", "key": "YOUR_KEY"}'),
        ("credentials.json", "{broken"),
        ("credentials.json", '{"a": {"b": 1}}'),
        ("service_account_example.json", ACCOUNT),
        ("sort_key.json", "[1]"),
        ("test/e2e/credentials/gcp_credentials.json", '{"client_secret": "GOCSPX-0123", "refresh_token": "1//a"}'),
        ("keys/names.json", '{"a": "b"}'),
        (".dvc/config", "[core]\n    remote = s\n['remote \"s\"']\n    url = s3://x\n"),
        ("kubeconfig", "clusters:\n- cluster:\n    certificate-authority-data: LS0tLS1CRUdJTg==\n"),
        ("kubeconfig", "users:\n- user:\n    token: ${TOKEN}\n"),
        ("terraform.tfstate", '{"attributes": {"partition_key": "customer_id", "password": "changeme"}}'),
        ("compose.yaml", "environment:\n  DB_PASSWORD: Xk3j2kd9sl\n"),
        ("infra/stg.tfvars", 'source_stream_name = "stg_ride_events"\nproject_id = "mlops-zoomcamp"\n'),
        (
            "secrets.yaml",
            "db_password: ENC[AES256_GCM,data:5k1xk2==,iv:abc=,tag:def==,type:str]\nsops:\n  version: 3\n",
        ),
        ("x.ini", ""),
    ],
)
def test_an_example_or_a_public_part_is_no_secret(path: str, text: str) -> None:
    assert _rows(path, text) == ()


def test_the_surest_secret_of_a_file_is_told_at_its_line() -> None:
    (row,) = _rows(".env", f"A=1\nDB_PASSWORD=Xk3j2kd9sl\nTOKEN={HF}\n")

    assert (row.line, row.certainty) == (3, Certainty.SURE)


def test_no_content_reaches_the_record() -> None:
    (row,) = _rows(".env", f"TOKEN={HF}\n")

    assert HF not in repr(row)


def test_a_binary_file_is_passed_over() -> None:
    assert secrets.read(File(path="a.key", data=b"\0\1" * 600)).secrets == ()


def test_a_file_that_another_system_writes_in_wide_characters_is_read() -> None:
    facts = secrets.read(File(path=".env", data=f"TOKEN={HF}\r\n".encode("utf-16")))

    assert [row.certainty for row in facts.secrets] == [Certainty.SURE]


def test_a_text_of_many_marks_takes_time_in_proportion() -> None:
    def text_of(size: int) -> str:
        return ("A_KEY=" + "hf_:" * 40 + "\n") * size

    assert growth(lambda text: _rows(".env", text), text_of, 4000) <= LINEAR


def test_every_mark_belongs_to_the_shape_beside_it() -> None:
    rows = known("tokens")["token"]

    assert [row["issuer"] for row in rows if not any(_begins(mark, row["shape"]) for mark in row["marks"])] == []


def _begins(mark: str, shape: str) -> bool:
    """Tell whether a mark's letters stand in a shape in their order."""
    letters = iter(shape)
    return all(letter in letters for letter in mark)
