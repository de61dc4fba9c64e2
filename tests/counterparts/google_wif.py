"""Exchanges a subject token for an access token with google-auth's own identity pool credentials.

Standard input: {info (an external account configuration without its source), subjectToken, scopes}. Prints
{"token": <access token>}.
"""

import json
import sys

from google.auth import identity_pool
from google.auth.transport.requests import Request


class Given(identity_pool.SubjectTokenSupplier):
    def __init__(self, token):
        self.token = token

    def get_subject_token(self, context, request):
        return self.token


given = json.load(sys.stdin)
credentials = identity_pool.Credentials(
    subject_token_supplier=Given(given["subjectToken"]), scopes=given["scopes"], **given["info"]
)
credentials.refresh(Request())
print(json.dumps({"token": credentials.token}))
