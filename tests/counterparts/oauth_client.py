"""Gets a token by private_key_jwt with Authlib, and calls the API with it.

Standard input: {"url", "client_id", "pem", "kid"}. Prints the answer of GET /platform/v1/me.
"""

import json
import sys
import time

from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT

config = json.load(sys.stdin)
token_endpoint = config["url"] + "/v2/auth/token"
session = OAuth2Session(
    config["client_id"],
    config["pem"],
    token_endpoint_auth_method=PrivateKeyJWT(
        token_endpoint,
        # An assertion lives five minutes at most; left to itself, the library says an hour.
        claims={"exp": int(time.time()) + 240},
        headers={"kid": config["kid"]},
        alg="RS384",
    ),
    token_endpoint=token_endpoint,
)
session.fetch_token(token_endpoint, grant_type="client_credentials")
answer = session.get(config["url"] + "/platform/v1/me")
answer.raise_for_status()
print(answer.text)
