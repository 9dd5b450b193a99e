"""The same model behind LitServe, typed as far as it offers it: one API process, one worker, no batching."""

# mypy: ignore-errors
# It runs in an environment of its own. LitServe reads annotations from the signature, so they may be no text.

import sys

import litserve
from serving_rows import PredictRequest, PredictResponse, answer


class Predictor(litserve.LitAPI):
    """Checks rows and predicts."""

    def setup(self, device: str) -> None:
        """Do nothing: the model is loaded with the module, before the worker is ready."""

    def decode_request(self, request: PredictRequest) -> PredictRequest:
        """Take what pydantic has checked."""
        return request

    def predict(self, request: PredictRequest) -> PredictResponse:
        """Predict."""
        return answer(request.rows)

    def encode_response(self, output: PredictResponse) -> PredictResponse:
        """Give what is sent."""
        return output


if __name__ == "__main__":
    server = litserve.LitServer(Predictor(), accelerator="cpu", workers_per_device=1, fast_queue=True)
    server.run(host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", generate_client_file=False)
