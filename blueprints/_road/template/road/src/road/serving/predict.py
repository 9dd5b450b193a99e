"""`POST /predict`: rows as the bundle's schema types them, a prediction for each."""

import msgspec

from road.serving.exchange import Exchange
from road.serving.service import Endpoint, Service

ROUTE = "/predict"


def predict_endpoint(service: Service) -> Endpoint:
    """Give the endpoint of the typed route."""
    encoder = msgspec.json.Encoder()
    champion = service.champion

    async def handle(exchange: Exchange) -> None:
        body = await service.read(exchange)
        model = champion.model  # once: nothing of another model gets into this answer
        predicted = await service.predict(exchange, model, model.schema.decode(body))
        await exchange.answer(encoder.encode(model.answers.of(predicted)))

    return Endpoint(service, ROUTE, handle, error=False)
