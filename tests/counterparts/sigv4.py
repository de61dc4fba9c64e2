"""What botocore, the vendor's own library, puts into `Authorization` for a request as it came in."""

import datetime
from unittest import mock

from botocore import auth, awsrequest, credentials


def moment(headers):
    """When the request says it was signed, in UTC."""
    return datetime.datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ")


def authorization(method, url, headers, body, secret, service, region):
    """`headers` have names in lower case; `secret` is botocore's Credentials."""
    signed = headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    own = ("host", "x-amz-date", "x-amz-security-token")
    request = awsrequest.AWSRequest(
        method=method, url=url, headers={name: headers[name] for name in signed if name not in own}, data=body
    )
    signer = auth.S3SigV4Auth if service == "s3" else auth.SigV4Auth
    with mock.patch.object(auth, "get_current_datetime", return_value=moment(headers)):
        signer(secret, service, region).add_auth(request)
    return request.headers["Authorization"]


def keys(access_key, secret_key, session_token=None):
    return credentials.Credentials(access_key, secret_key, session_token)
