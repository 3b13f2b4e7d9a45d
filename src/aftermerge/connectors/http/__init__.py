"""Asking a service over HTTP: patiently, politely, and only the service that was named."""

from aftermerge.connectors.http.address import read_base_url
from aftermerge.connectors.http.client import Answer, Api, Http, Limits
from aftermerge.connectors.http.links import next_link
from aftermerge.connectors.http.token import Token, read_token
from aftermerge.connectors.http.transport import Raw, Unreached

__all__ = ["Answer", "Api", "Http", "Limits", "Raw", "Token", "Unreached", "next_link", "read_base_url", "read_token"]
