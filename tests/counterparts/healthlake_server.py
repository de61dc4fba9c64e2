"""One FHIR data store of AWS HealthLake, by the vendor's reference: a resource is created by a signed POST to
/datastore/<id>/r4/<type>. Signatures are checked by botocore, Bundles by fhir.resources.

First line of standard input: {clock? (by how many seconds it is ahead), throttled? (bool), accessKey? and secretKey? (of
the one who may write)}. Prints one line of JSON once
it listens: port, datastore, region, accessKey, secretKey, sessionToken, and a `reader` who may create nothing. GET
/stored, which the vendor does not have, tells what was stored. Ends when standard input does.
"""

import datetime
import json
import os
import re
import sys
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import fhir_r4
import sigv4

DATASTORE = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
REGION = "us-east-1"
WRITER, TEMPORARY, READER = "AKIAWRITERWRITERWRIT", "ASIATEMPORARYTEMPORA", "AKIAREADERREADERREAD"
KEYS = {
    WRITER: sigv4.keys(WRITER, "writer/secret+of=its/own/writer/secret+1"),
    TEMPORARY: sigv4.keys(TEMPORARY, "temporary/secret+of=its/own/temporary+1", "temporary/session+token=="),
    READER: sigv4.keys(READER, "reader/secret+of=its/own/reader/secret+1"),
}
CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ")
STORED = []


class Refused(Exception):
    def __init__(self, status, code, message):
        self.status, self.code, self.message = status, code, message


class Store(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    options = {}

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer(200, {}, STORED)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            self.authorize(headers, body)
            stored = self.create(headers, body)
            version = {"location": f"{self.path}/{stored['id']}/_history/1", "etag": 'W/"1"'}
            self.answer(201, version, stored)
        except Refused as refused:
            if refused.code == "OperationOutcome":
                issue = {"severity": "error", "code": "invalid", "diagnostics": refused.message}
                self.answer(refused.status, {}, {"resourceType": "OperationOutcome", "issue": [issue]})
            else:
                self.answer(refused.status, {"x-amzn-errortype": refused.code}, {"message": refused.message})

    def authorize(self, headers, body):
        found = CREDENTIAL.match(headers.get("authorization", ""))
        if not found or "x-amz-date" not in headers:
            raise Refused(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        key, _, region, service = found.groups()
        if region != REGION:
            raise Refused(403, "InvalidSignatureException", "Credential should be scoped to a valid region.")
        if service != "healthlake":
            raise Refused(403, "InvalidSignatureException", "Credential should be scoped to correct service.")
        secret = KEYS.get(key)
        if not secret or secret.token != headers.get("x-amz-security-token"):
            raise Refused(403, "UnrecognizedClientException", "The security token included in the request is invalid.")
        now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        now += datetime.timedelta(seconds=self.options.get("clock", 0))
        if abs((now - sigv4.moment(headers)).total_seconds()) > 300:
            said = f"Signature expired: {headers['x-amz-date']} is now earlier than {now:%Y%m%dT%H%M%SZ}"
            raise Refused(403, "InvalidSignatureException", said)
        url = f"http://{headers['host']}{self.path}"
        if sigv4.authorization("POST", url, headers, body, secret, service, region) != headers["authorization"]:
            said = "The request signature we calculated does not match the signature you provided."
            raise Refused(403, "InvalidSignatureException", said)
        if key == READER:
            said = "User: arn:aws:iam::123456789012:user/reader is not authorized to perform: healthlake:CreateResource"
            raise Refused(403, "AccessDeniedException", said)

    def create(self, headers, body):
        if self.options.get("throttled"):
            raise Refused(429, "ThrottlingException", "Rate exceeded")
        path = re.fullmatch(r"/datastore/([^/]+)/r4/([A-Za-z]+)", self.path)
        if not path or path[1] != DATASTORE:
            raise Refused(404, "ResourceNotFoundException", "Resource not found: Datastore")
        kind = headers.get("content-type")
        if kind not in ("application/fhir+json", "application/json"):
            raise Refused(415, "UnsupportedMediaTypeException", f"Unsupported content type {kind}")
        try:
            resource = json.loads(body)
        except ValueError:
            raise Refused(400, "OperationOutcome", "The body is not JSON") from None
        if resource.get("resourceType") != path[2] or path[2] != "Bundle":
            raise Refused(400, "OperationOutcome", f"The resource is not of the type {path[2]}")
        faults = fhir_r4.faults(resource)
        if faults:
            raise Refused(400, "OperationOutcome", "; ".join(faults))
        moment = f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%dT%H:%M:%S.000Z}"
        stored = {**resource, "id": str(uuid.uuid4()), "meta": {"lastUpdated": moment}}
        STORED.append({"contentType": kind, "sent": resource, "id": stored["id"]})
        return stored

    def answer(self, status, headers, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/fhir+json", **headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def told(key):
    return {"accessKey": KEYS[key].access_key, "secretKey": KEYS[key].secret_key}


def main():
    given = Store.options = json.loads(sys.stdin.readline())
    writer = WRITER
    if "accessKey" in given:
        writer = given["accessKey"]
        KEYS[writer] = sigv4.keys(writer, given["secretKey"])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    ready = {
        "port": server.server_address[1],
        "datastore": DATASTORE,
        "region": REGION,
        **told(writer),
        "temporary": {**told(TEMPORARY), "sessionToken": KEYS[TEMPORARY].token},
        "reader": told(READER),
    }
    print(json.dumps(ready), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    os._exit(0)


main()
