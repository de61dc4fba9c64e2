"""Verifies a message with the reference library of Standard Webhooks.

Standard input: {secret, headers, body}. Prints {"ok": true}; fails if the signature is not valid.
"""

import json
import sys

from standardwebhooks import Webhook

given = json.load(sys.stdin)
try:
    Webhook(given["secret"]).verify(given["body"], given["headers"])
except json.JSONDecodeError:
    # It parses what it has verified; the body of a GET is empty.
    assert given["body"] == ""
print(json.dumps({"ok": True}))
