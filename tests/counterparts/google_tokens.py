"""Access tokens of Google: for whom they are issued, and what they are good for."""

import secrets
import time

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform"
AUDIENCE = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/labs/providers/waypost"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "audience": AUDIENCE,
    "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
}


class Refused(Exception):
    def __init__(self, status, body):
        self.status, self.body = status, body

    @classmethod
    def grant(cls, code, description):
        return cls(400, {"error": code, "error_description": description})

    @classmethod
    def error(cls, status, code, reason, message):
        """As the APIs answer: those of old have `errors`, the others `details`."""
        error = {"code": status, "message": message, "status": code}
        if reason.isupper():
            error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
        else:
            error["errors"] = [{"message": message, "domain": "global", "reason": reason}]
        return cls(status, {"error": error})


class Tokens:
    def __init__(self, url, given):
        self.url, self.issuer, self.issuer_keys = url, given.get("issuer"), given.get("issuerKeys")
        self.writer = given.get("writer", "writer@labs-417203.iam.gserviceaccount.com")
        self.reader = "reader@labs-417203.iam.gserviceaccount.com"
        self.key, self.key_id = rsa.generate_private_key(65537, 2048), secrets.token_hex(20)
        self.issued = {}

    def told(self):
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        key = self.key.private_bytes(*form).decode()
        return {"privateKey": key, "keyId": self.key_id, "writer": self.writer, "reader": self.reader}

    def for_assertion(self, form):
        if form.get("grant_type") != JWT_BEARER:
            raise Refused.grant("unsupported_grant_type", "Invalid grant_type")
        try:
            header = jwt.get_unverified_header(form["assertion"])
            needed = {"require": ["iss", "aud", "iat", "exp", "scope"]}
            claims = jwt.decode(
                form["assertion"], self.key.public_key(), ["RS256"], audience=f"{self.url}/token", options=needed
            )
        except (KeyError, jwt.PyJWTError) as error:
            raise Refused.grant("invalid_grant", f"Invalid JWT Signature: {error}") from None
        if header.get("kid") != self.key_id or claims["iss"] not in (self.writer, self.reader):
            raise Refused.grant("invalid_grant", "Invalid grant: account not found")
        if claims["exp"] - claims["iat"] > 3600:
            raise Refused.grant("invalid_grant", "Token must be short-lived (60 minutes)")
        return self.issue(claims["iss"], claims["scope"])

    def for_subject(self, form):
        odd = [name for name, value in EXCHANGE.items() if form.get(name) != value]
        if odd or "scope" not in form:
            raise Refused.grant("invalid_request", f"Invalid value for {odd or 'scope'}")
        try:
            keys = jwt.PyJWKClient(self.issuer_keys)
            key = keys.get_signing_key_from_jwt(form["subject_token"])
            jwt.decode(form["subject_token"], key.key, ["ES256"], audience=AUDIENCE, issuer=self.issuer)
        except (KeyError, jwt.PyJWTError) as error:
            raise Refused.grant("invalid_grant", f"The subject token is not valid: {error}") from None
        return self.issue(self.writer, form["scope"])

    def issue(self, account, scope):
        token = f"ya29.{secrets.token_urlsafe(40)}"
        self.issued[token] = (account, scope.split(), time.time() + 3600)
        return {"access_token": token, "expires_in": 3599, "token_type": "Bearer"}

    def check(self, authorization, scopes):
        """Whether its account may write, of a token that is good for one of these scopes."""
        kind, _, token = authorization.partition(" ")
        account, granted, ends = self.issued.get(token, (None, [], 0))
        if kind != "Bearer" or ends < time.time():
            raise Refused.error(401, "UNAUTHENTICATED", "authError", "Invalid Credentials")
        if not {CLOUD_PLATFORM, *scopes}.intersection(granted):
            said = "Request had insufficient authentication scopes."
            raise Refused.error(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", said)
        return account == self.writer
