"""Services of Google Cloud behind their tokens. Each takes a write as the vendor's reference has it, and nothing else:
the `root` of its paths, the `scopes` that it takes beside the one of all, `write`, `denied`, and what it has `stored`.
"""

import base64
import binascii
import http.client
import itertools
import json
import re
import uuid

import fhir_r4
from google_tokens import Refused

FHIR_JSON = "application/fhir+json"


def parse(body):
    try:
        return json.loads(body)
    except ValueError:
        raise Refused.error(400, "INVALID_ARGUMENT", "parseError", "Invalid JSON payload received.") from None


class Storage:
    """The JSON API, as gcp-storage-emulator answers."""

    root = "/upload/storage/v1/"
    scopes = ["https://www.googleapis.com/auth/devstorage.read_write"]

    def __init__(self, port, bucket):
        self.port, self.bucket = port, bucket

    def ask(self, method, target, headers={}, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def write(self, path, headers, body):
        # It would take JSON of a media upload apart; not so if the type, which is the same, is in capitals.
        kind = {"content-type": headers["content-type"].upper()}
        status, answer = self.ask("POST", f"{path.path}?{path.query}", kind, body)
        return status, {}, answer

    def denied(self):
        said = "reader does not have storage.objects.create access to the Google Cloud Storage object."
        return Refused.error(403, "PERMISSION_DENIED", "forbidden", said)

    def stored(self):
        _, listed = self.ask("GET", f"/storage/v1/b/{self.bucket}/o")
        return [
            {
                "name": item["name"],
                "contentType": item["contentType"].lower(),
                "body": self.ask("GET", f"/{self.bucket}/{item['name']}")[1].decode(),
            }
            for item in json.loads(listed).get("items", [])
        ]


class PubSub:
    root = "/v1/projects/"
    scopes = ["https://www.googleapis.com/auth/pubsub"]

    def __init__(self, project, topic, has_schema):
        self.topic, self.has_schema = f"/v1/projects/{project}/topics/{topic}", has_schema
        self.messages, self.numbers = [], itertools.count(4711)

    def write(self, path, headers, body):
        topic, _, method = path.path.rpartition(":")
        if method != "publish" or path.query or headers["content-type"] != "application/json":
            raise Refused.error(404, "NOT_FOUND", "notFound", "Method not found.")
        if topic != self.topic:
            raise Refused.error(404, "NOT_FOUND", "notFound", f"Resource not found (resource={topic}).")
        given = parse(body)
        messages = given.pop("messages", None)
        if given or not messages or any(set(message) - {"data", "attributes", "orderingKey"} for message in messages):
            raise Refused.error(400, "INVALID_ARGUMENT", "badRequest", "Invalid JSON payload received. Unknown name")
        if self.has_schema:
            said = "Invalid data in message: Message failed schema validation."
            raise Refused.error(400, "INVALID_ARGUMENT", "INVALID_SCHEMA_MESSAGE", said)
        try:
            texts = [base64.b64decode(message["data"], validate=True).decode() for message in messages]
        except (KeyError, binascii.Error):
            raise Refused.error(400, "INVALID_ARGUMENT", "badRequest", "Base64 decoding failed") from None
        ids = [str(next(self.numbers)) for _ in texts]
        self.messages += [{"id": one, "body": text} for one, text in zip(ids, texts)]
        return 200, {}, {"messageIds": ids}

    def denied(self):
        said = "User not authorized to perform this action."
        return Refused.error(403, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED", said)

    def stored(self):
        return self.messages


class FhirStore:
    root = "/v1/projects/"
    scopes = ["https://www.googleapis.com/auth/cloud-healthcare"]
    PATH = re.compile(r"(/v1/projects/[^/]+/locations/[^/]+/datasets/[^/]+/fhirStores/[^/]+)/fhir/([A-Za-z]+)")

    def __init__(self, store):
        self.store, self.bundles = store, []

    def write(self, path, headers, body):
        found = self.PATH.fullmatch(path.path)
        if not found or path.query:
            raise Refused.error(404, "NOT_FOUND", "notFound", "Not Found")
        if found[1] != self.store:
            raise self.outcome(404, "not-found", "dataset or FHIR store not initialized")
        if headers["content-type"].split(";")[0] != FHIR_JSON:
            raise self.outcome(400, "invalid", "Content-Type must be application/fhir+json")
        resource = parse(body)
        if resource.get("resourceType") != found[2] or found[2] != "Bundle":
            raise self.outcome(400, "invalid", "resource type does not match the URL")
        faults = fhir_r4.faults(resource)
        if faults:
            raise self.outcome(400, "structure", "; ".join(faults))
        version = {"lastUpdated": "2026-11-24T00:00:00.000000+00:00", "versionId": "MTc4"}
        stored = {**resource, "id": str(uuid.uuid4()), "meta": version}
        self.bundles.append({"id": stored["id"], "contentType": headers["content-type"], "sent": resource})
        place = f"https://healthcare.googleapis.com{path.path}/{stored['id']}/_history/MTc4"
        return 201, {"content-type": f"{FHIR_JSON};charset=utf-8", "location": place, "etag": 'W/"MTc4"'}, stored

    @staticmethod
    def outcome(status, code, words):
        issue = {"severity": "error", "code": code, "details": {"text": code}, "diagnostics": words}
        return Refused(status, {"resourceType": "OperationOutcome", "issue": [issue]})

    def denied(self):
        return self.outcome(403, "forbidden", "Permission 'healthcare.fhirResources.create' denied")

    def stored(self):
        return self.bundles
