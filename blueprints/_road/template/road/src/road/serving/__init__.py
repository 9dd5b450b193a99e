"""Serves a model bundle over HTTP, held to the latencies of the brief."""
