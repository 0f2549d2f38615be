"""Questions about what clients get: products and how fresh they are, history, contracts, plans."""

from pipelines.clients.queries.contracts import Agreement, agreements
from pipelines.clients.queries.days import Day, days
from pipelines.clients.queries.history import history
from pipelines.clients.queries.plans import Prospect, prospects
from pipelines.clients.queries.products import Product, place, places, products, top_places

__all__ = [
    "Agreement",
    "Day",
    "Product",
    "Prospect",
    "agreements",
    "days",
    "history",
    "place",
    "places",
    "products",
    "prospects",
    "top_places",
]
