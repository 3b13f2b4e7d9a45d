"""Asking a service over HTTP: patiently, politely, and only the service that was named."""

from aftermerge.outside.http.address import read_base_url
from aftermerge.outside.http.client import Answer, Api, Http, Limits, Passport
from aftermerge.outside.http.links import next_link
from aftermerge.outside.http.token import Token, read_token, read_variable
from aftermerge.outside.http.transport import Raw, Unreached

__all__ = [
    "Answer",
    "Api",
    "Http",
    "Limits",
    "Passport",
    "Raw",
    "Token",
    "Unreached",
    "next_link",
    "read_base_url",
    "read_token",
    "read_variable",
]
