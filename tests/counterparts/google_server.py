"""Google Cloud as far as a verify goes: tokens, Cloud Storage, Pub/Sub and one FHIR store of the Healthcare API.

Tokens are issued for assertions of a service account (RFC 7523) and for subject tokens of an issuer (RFC 8693), and
checked with every request: its scope, and what its account may do. Behind that, Cloud Storage is gcp-storage-emulator;
Pub/Sub and the FHIR store answer by the vendor's reference and take nothing else; Bundles are checked by fhir.resources.

First line of standard input: {name? (of bucket, topic and data set; `labs`), project?, issuer? and issuerKeys? (the
URL of its keys; its subject tokens are taken), writer? (an e-mail address), fault? (`throttled`, `disabled` or `schema`)}.
Prints one line of JSON once it listens: port, privateKey and keyId of both accounts, `writer`, who may do all, `reader`,
who may write nothing, and audience. GET /stored, which Google does not have, tells what was written. Ends when standard
input does.
"""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from gcp_storage_emulator.server import create_server

from google_services import FhirStore, PubSub, Storage
from google_tokens import AUDIENCE, Refused, Tokens


class Google(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    tokens = services = fault = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        stored = {name: service.stored() for name, service in self.services.items()}
        self.answer(200, {}, stored)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        path = urlsplit(self.path)
        try:
            if path.path in ("/token", "/sts"):
                form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
                issue = self.tokens.for_assertion if path.path == "/token" else self.tokens.for_subject
                self.answer(200, {}, issue(form))
            else:
                self.serve(path, body)
        except Refused as refused:
            self.answer(refused.status, {}, refused.body)

    def serve(self, path, body):
        name = "fhir" if "/fhirStores/" in path.path else "pubsub" if "/topics/" in path.path else "storage"
        service = self.services[name]
        if not path.path.startswith(service.root):
            raise Refused.error(404, "NOT_FOUND", "notFound", "Not Found")
        may_write = self.tokens.check(self.headers.get("authorization", ""), service.scopes)
        if self.fault == "throttled":
            raise Refused.error(429, "RESOURCE_EXHAUSTED", "rateLimitExceeded", "Quota exceeded")
        if self.fault == "disabled":
            raise Refused.error(403, "PERMISSION_DENIED", "SERVICE_DISABLED", "API has not been used in project")
        if not may_write:
            raise service.denied()
        status, headers, answer = service.write(path, self.headers, body)
        self.answer(status, headers, answer)

    def answer(self, status, headers, body):
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json; charset=UTF-8", **headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def main():
    given = json.loads(sys.stdin.readline())
    name, project = given.get("name", "labs"), given.get("project", "labs-417203")
    emulator = create_server("127.0.0.1", 0, in_memory=True, default_bucket=name)
    emulator.start()
    # Of its own accord it does not tell the port that it was given.
    storage = emulator._api._httpd.server_address[1]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Google)
    port = server.server_address[1]
    Google.tokens = Tokens(f"http://127.0.0.1:{port}", given)
    Google.fault = given.get("fault")
    Google.services = {
        "storage": Storage(storage, name),
        "pubsub": PubSub(project, name, Google.fault == "schema"),
        "fhir": FhirStore(f"/v1/projects/{project}/locations/us-central1/datasets/{name}/fhirStores/inbound"),
    }
    print(json.dumps({"port": port, "audience": AUDIENCE, **Google.tokens.told()}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    os._exit(0)


main()
