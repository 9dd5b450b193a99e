"""Which distribution brings a module where their names differ, and which modules are never a repo's own."""

from __future__ import annotations

from packaging.utils import canonicalize_name

DISTRIBUTIONS: dict[str, str] = {
    "Crypto": "pycryptodome",
    "Levenshtein": "levenshtein",
    "MySQLdb": "mysqlclient",
    "OpenSSL": "pyopenssl",
    "PIL": "pillow",
    "attr": "attrs",
    "attrs": "attrs",
    "azureml": "azureml-core",
    "boto": "boto",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "flash_attn": "flash-attn",
    "fitz": "pymupdf",
    "git": "gitpython",
    "github": "pygithub",
    "great_expectations": "great-expectations",
    "hydra": "hydra-core",
    "igraph": "python-igraph",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "kafka": "kafka-python",
    "lightning": "lightning",
    "lightning_fabric": "lightning-fabric",
    "magic": "python-magic",
    "markdown": "markdown",
    "mpl_toolkits": "matplotlib",
    "neptune": "neptune",
    "nvidia_smi": "nvidia-ml-py3",
    "opentelemetry": "opentelemetry-api",
    "pandas_profiling": "pandas-profiling",
    "pkg_resources": "setuptools",
    "prometheus_client": "prometheus-client",
    "psycopg2": "psycopg2-binary",
    "pycocotools": "pycocotools",
    "pynvml": "nvidia-ml-py",
    "pythonjsonlogger": "python-json-logger",
    "pytorch_lightning": "pytorch-lightning",
    "rest_framework": "djangorestframework",
    "ruamel": "ruamel-yaml",
    "sentence_transformers": "sentence-transformers",
    "sentry_sdk": "sentry-sdk",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "skopt": "scikit-optimize",
    "slugify": "python-slugify",
    "socks": "pysocks",
    "tensorflow_hub": "tensorflow-hub",
    "tensorflow_probability": "tensorflow-probability",
    "torch_geometric": "torch-geometric",
    "umap": "umap-learn",
    "usb": "pyusb",
    "whylogs": "whylogs",
    "win32api": "pywin32",
    "yaml": "pyyaml",
    "ydata_profiling": "ydata-profiling",
    "zmq": "pyzmq",
}
"""Module to distribution, where a rule can't tell; names are normalised."""

_SAME_NAME = """
    accelerate aiohttp airflow albumentations allennlp altair bentoml bitsandbytes bokeh boto3 botocore catboost
    celery cerebrium chex click clearml comet_ml cupy dagster dash dask datasets deepspeed diffusers django docker
    duckdb einops evaluate evidently fairseq fastai fastapi fasttext feast flask flax fsspec gensim gevent gradio
    greenlet grpc gym gymnasium h5py haystack httpx huggingface_hub hyperopt imageio imblearn ipywidgets jax jaxlib
    jinja2 joblib jsonschema jupyter keras kedro kornia kubernetes langchain librosa lightgbm litellm litestar
    llama_index loguru luigi matplotlib metaflow mlflow mmcv mmdet monai msgspec networkx nltk numba numpy nvidia
    omegaconf onnx onnxruntime openai optax optuna orjson paddle pandas pandera peft plotly polars prefect psutil
    psycopg pyarrow pydantic pymongo pymysql pyspark pytest ray redis requests rich safetensors scipy seaborn
    sentencepiece setuptools shap simpy skorch sklearn spacy sqlalchemy starlette statsmodels streamlit sympy
    tensorboard tensorboardX tensorflow tiktoken timm tokenizers torch torchaudio torchmetrics torchtext torchvision
    tornado tqdm transformers trl triton tritonclient typer ujson uvicorn vllm wandb werkzeug xarray xformers
    xgboost yolov5 zarr zenml
"""

KNOWN: frozenset[str] = frozenset(_SAME_NAME.split()) | frozenset(DISTRIBUTIONS)
"""Modules that a repo's folder of the same name doesn't explain away, unless Python would find that folder first."""


def distribution(module: str) -> str:
    """Return the normalised name of the distribution that most likely brings a top-level module."""
    return DISTRIBUTIONS.get(module) or str(canonicalize_name(module))
