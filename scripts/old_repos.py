"""Make a small fleet of older repos, each a real git repo that drifts from the standard in its own way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Churn, second try"]},
        {
            "cell_type": "code",
            "execution_count": 7,
            "metadata": {},
            "outputs": [{"name": "stdout", "output_type": "stream", "text": ["0.8134\n"]}],
            "source": ["%matplotlib inline\n", "import pandas as pd, pickle\n", "from sklearn.svm import SVC\n"],
        },
    ],
    "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 4,
}

REPOS: dict[str, dict[str, str | bytes]] = {
    # A data scientist's first repo: a notebook, loose requirements, a pickled model, nobody named.
    "churn-notebooks": {
        "README.md": "# churn\n\nrun Untitled3.ipynb\n",
        "requirements.txt": "pandas\nscikit-learn>=0.22\nmatplotlib\n",
        "Untitled3.ipynb": json.dumps(NOTEBOOK, indent=1) + "\n",
        "model_final2.pkl": b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x07churned\x94.",
    },
    # A service that grew: root in the container, floating tags and actions, a password in the repo.
    "fraud-service": {
        "README.md": "# fraud-service\n",
        ".env": "DATABASE_PASSWORD=not-a-real-one\n",
        "requirements.txt": "flask==1.1.2\ngunicorn==20.0.4\nxgboost==1.2.0\n",
        "app.py": (
            "import flask\nimport pickle\n\napp = flask.Flask(__name__)\nmodel = pickle.load(open('model.pkl', 'rb'))\n"
        ),
        "model.pkl": b"\x80\x04\x95\x09\x00\x00\x00\x00\x00\x00\x00\x8c\x05fraud\x94.",
        "Dockerfile": "FROM python:3.7\nCOPY . /app\nRUN pip install -r /app/requirements.txt\nCMD gunicorn app:app\n",
        ".github/workflows/deploy.yml": (
            "name: deploy\non: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n"
            "      - uses: actions/checkout@v2\n      - uses: docker/build-push-action@master\n"
        ),
    },
    # A tidy repo of some years ago: Poetry without its lock, old hooks, Python 3.8, no word on who owns it.
    "ranking-trainer": {
        "README.md": "# ranking-trainer\n\nTrains the ranking model.\n",
        "pyproject.toml": (
            '[tool.poetry]\nname = "ranking-trainer"\nversion = "0.3.0"\ndescription = ""\nauthors = []\n\n'
            '[tool.poetry.dependencies]\npython = "^3.8"\nlightgbm = "^3.3"\npandas = "*"\n\n'
            '[tool.black]\nline-length = 100\n\n[build-system]\nrequires = ["poetry-core"]\n'
            'build-backend = "poetry.core.masonry.api"\n'
        ),
        ".pre-commit-config.yaml": (
            "repos:\n  - repo: https://github.com/psf/black\n    rev: stable\n    hooks:\n      - id: black\n"
        ),
        "ranking/__init__.py": "",
        "ranking/train.py": "import lightgbm\nimport pandas as pd\n",
        "tests/test_train.py": "def test_nothing():\n    assert True\n",
    },
    # Research that became a nightly job: setup.py, a conda environment, a CUDA image by its latest tag.
    "vision-batch": {
        "README.md": "# vision-batch\n",
        "setup.py": (
            "from setuptools import setup\n\nsetup(name='vision-batch', version='0.1',\n"
            "      install_requires=['torch', 'torchvision', 'pillow'])\n"
        ),
        "environment.yml": (
            "name: vision\nchannels: [pytorch, conda-forge]\ndependencies:\n  - python=3.6\n  - pytorch\n"
            "  - pip\n  - pip:\n      - opencv-python\n"
        ),
        "Dockerfile": "FROM nvidia/cuda:latest\nUSER root\nCOPY . .\nRUN pip install .\nCMD python batch.py\n",
        "batch.py": "import torch\nfrom PIL import Image\n",
        ".travis.yml": "language: python\npython: 3.6\nscript: pytest\n",
    },
    # Made from a template that nobody maintains any more.
    "forecast-2021": {
        "README.md": "# forecast-2021\n",
        ".cruft.json": json.dumps(
            {
                "template": "https://git.example.org/acme/cookiecutter-forecast",
                "commit": "5e6f0f2a3b4c5d6e7f8091a2b3c4d5e6f7a8b9c0",
                "checkout": None,
                "context": {"cookiecutter": {"project_name": "forecast-2021"}},
                "directory": None,
            },
            indent=2,
        )
        + "\n",
        "pyproject.toml": (
            '[project]\nname = "forecast-2021"\nversion = "1.0"\nrequires-python = ">=3.9"\n'
            'dependencies = ["prophet>=1.0", "pandas<2"]\n'
        ),
        "src/forecast_2021/__init__.py": "import prophet\n",
        "CODEOWNERS": "* @acme/forecasting\n",
    },
}


def main() -> int:
    """Make each repo below the folder that the first argument names."""
    top = Path(sys.argv[1])
    for number, (name, files) in enumerate(REPOS.items()):
        make(top / name, files, day=f"20{19 + number}-03-1{number}T09:00:00+00:00")
        print(f"{name}: {len(files)} files")
    return 0


def make(folder: Path, files: dict[str, str | bytes], *, day: str) -> None:
    """Write the files and commit them on a day of the past."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    who = {"NAME": "An Engineer", "EMAIL": "engineer@example.org", "DATE": day}
    env = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()}
    env |= os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for command in (["init", "-q", "-b", "main"], ["add", "-A", "-f"], ["commit", "-q", "-m", "As it was left"]):
        subprocess.run(["git", *command], cwd=folder, env=env, check=True)


if __name__ == "__main__":
    raise SystemExit(main())
