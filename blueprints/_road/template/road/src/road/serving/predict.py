"""`POST /predict`: rows as the bundle's schema types them, a prediction for each."""

import msgspec

from road.serving.exchange import Exchange
from road.serving.model import Model
from road.serving.schema import Predictions
from road.serving.service import Endpoint, Service

ROUTE = "/predict"


def predict_endpoint(service: Service) -> Endpoint:
    """Give the endpoint of the typed route."""
    encoder = msgspec.json.Encoder()
    champion = service.champion

    async def handle(exchange: Exchange) -> None:
        body = await service.read(exchange)
        model = champion.model  # once: nothing of another model gets into this answer
        values = await service.predict(exchange, model, model.schema.decode(body))
        await exchange.answer(encoder.encode(answer_of(model, values)))

    return Endpoint(service, ROUTE, handle, error=False)


def answer_of(model: Model, values: list[float]) -> Predictions:
    """Give the answer with some predictions of a model."""
    manifest = model.manifest
    return Predictions(
        predictions=values,
        output=manifest.output.name,
        unit=manifest.output.unit,
        model=manifest.name,
        version=model.version,
    )
