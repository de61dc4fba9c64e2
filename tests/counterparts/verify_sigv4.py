"""Signs a request again with botocore and compares.

Standard input: {method, url, headers, body (base64), accessKey, secretKey, sessionToken?, region, service}. Prints
{"expected": <Authorization>, "equal": bool}.
"""

import base64
import json
import sys
from unittest import mock

from botocore import auth, awsrequest, credentials, compat

given = json.load(sys.stdin)
headers = {name.lower(): value for name, value in given["headers"].items()}
authorization = headers.pop("authorization")
signed_names = authorization.split("SignedHeaders=")[1].split(",")[0].split(";")
moment = compat.datetime.datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ")

request = awsrequest.AWSRequest(
    method=given["method"],
    url=given["url"],
    headers={name: headers[name] for name in signed_names if name not in ("host", "x-amz-date", "x-amz-security-token")},
    data=base64.b64decode(given["body"]),
)
secret = credentials.Credentials(given["accessKey"], given["secretKey"], given.get("sessionToken"))
signer = auth.S3SigV4Auth if given["service"] == "s3" else auth.SigV4Auth
with mock.patch.object(auth, "get_current_datetime", return_value=moment.replace(tzinfo=None)):
    signer(secret, given["service"], given["region"]).add_auth(request)
print(json.dumps({"expected": request.headers["Authorization"], "equal": request.headers["Authorization"] == authorization}))
