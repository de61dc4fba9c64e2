"""Prints, as a JSON text, the SHA-256 of the JSON on standard input, just as it stands there."""

import hashlib
import json
import sys

print(json.dumps(hashlib.sha256(sys.stdin.buffer.read()).hexdigest()))
