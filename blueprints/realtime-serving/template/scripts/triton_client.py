"""Asks a running server by the Open Inference Protocol, with NVIDIA's public client.

It isn't among this repository's dependencies for production: `pip install tritonclient[http]`.
"""

import json
import sys
from pathlib import Path

import numpy as np
import tritonclient.http as triton


def main() -> None:
    """Send the sample's rows as binary tensors and print the predictions."""
    address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:8080"
    rows = [e["row"] for e in json.loads(Path("models/examples.json").read_text())[40:46]]
    client = triton.InferenceServerClient(address)
    print(f"{client.get_server_metadata()['name']}, ready: {client.is_server_ready()}")
    name = sys.argv[2] if len(sys.argv) > 2 else "departure-forecast"
    inputs = []
    for column in client.get_model_metadata(name)["inputs"]:
        kind = object if column["datatype"] == "BYTES" else np.float32
        values = np.array([row[column["name"]] for row in rows], dtype=kind)
        tensor = triton.InferInput(column["name"], list(values.shape), column["datatype"])
        tensor.set_data_from_numpy(values)
        inputs.append(tensor)
    answer = client.infer(name, inputs)
    (output,) = answer.get_response()["outputs"]
    print(output["name"], answer.as_numpy(output["name"]).round(2).tolist())


if __name__ == "__main__":
    main()
