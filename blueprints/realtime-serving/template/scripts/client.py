"""Asks a running server for predictions: `python scripts/client.py [URL]`; needs Python alone."""

import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ATTEMPTS = 5


def predict(url: str, rows: list[dict[str, Any]], timeout: float = 2.0) -> dict[str, Any]:
    """Ask for predictions; wait and ask again when the server is busy, as it says."""
    body = json.dumps({"rows": rows}).encode()
    request = urllib.request.Request(  # noqa: S310 - the caller's address
        f"{url}/predict", body, {"content-type": "application/json"}
    )
    for attempt in range(ATTEMPTS):
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
                content: dict[str, Any] = json.load(answer)
                return content
        except urllib.error.HTTPError as error:
            problem = json.load(error)
            if error.code != 503 or attempt == ATTEMPTS - 1:  # busy, so later
                raise SystemExit(f"{error.code}: {problem['detail']}") from error
            time.sleep(float(error.headers.get("Retry-After", 1)))
    raise AssertionError("unreachable")


def main() -> None:
    """Predict some of the sample's rows, and show them beside what training predicted."""
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
    examples = json.loads(Path("models/examples.json").read_text(encoding="utf-8"))[40:46]
    answer = predict(url, [example["row"] for example in examples])
    print(f"{answer['model']} {answer['version']}, {answer['output']} in {answer['unit']}")
    for example, prediction in zip(examples, answer["predictions"], strict=True):
        row = example["row"]
        print(
            f"{row['airport']} {row['hour_of_day']:02}:00  {prediction:6.2f}  "
            f"training: {example['prediction']:6.2f}"
        )


if __name__ == "__main__":
    main()
