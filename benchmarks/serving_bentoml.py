"""The same model behind BentoML, typed as far as it offers it: one worker, the prediction inline."""

# mypy: ignore-errors
# It runs in an environment of its own. BentoML reads annotations from the signature, so they may be no text.

import bentoml
from serving_rows import PredictResponse, Rows, answer


@bentoml.service(workers=1, traffic={"timeout": 10}, logging={"access": {"enabled": False}})
class Predictor:
    """Checks rows and predicts."""

    @bentoml.api
    async def predict(self, rows: Rows) -> PredictResponse:
        """Predict; inline as in the other servers, since it takes less than handing it to a thread."""
        return answer(rows)
