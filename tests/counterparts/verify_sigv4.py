"""Signs a request again with botocore and compares.

Standard input: {method, url, headers, body (base64), accessKey, secretKey, sessionToken?, region, service}. Prints
{"expected": <Authorization>, "equal": bool}.
"""

import base64
import json
import sys

import sigv4

given = json.load(sys.stdin)
headers = {name.lower(): value for name, value in given["headers"].items()}
secret = sigv4.keys(given["accessKey"], given["secretKey"], given.get("sessionToken"))
expected = sigv4.authorization(
    given["method"],
    given["url"],
    headers,
    base64.b64decode(given["body"]),
    secret,
    given["service"],
    given["region"],
)
print(json.dumps({"expected": expected, "equal": expected == headers["authorization"]}))
