"""Verifies a JWT with PyJWT.

Standard input: {token, key (PEM of the public key), algorithm, audience, issuer}. Prints {header, claims}; fails
if the token is not valid.
"""

import json
import sys

import jwt

given = json.load(sys.stdin)
claims = jwt.decode(
    given["token"],
    given["key"],
    algorithms=[given["algorithm"]],
    audience=given["audience"],
    issuer=given["issuer"],
    options={"require": ["aud", "exp", "iat", "iss"]},
)
print(json.dumps({"header": jwt.get_unverified_header(given["token"]), "claims": claims}))
