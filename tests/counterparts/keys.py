"""Fresh private keys in each form in which people keep them.

Prints {name: {form: text, ..., "public": PEM}}: RSA of 2048 and 1024 bits, P-256, P-384, Ed25519.
"""

import json

from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm


def pem(key, shape, cipher=None):
    return key.private_bytes(form.Encoding.PEM, shape, cipher or form.NoEncryption()).decode()


def forms(key, traditional, jwk):
    public = key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    found = {
        "pkcs8": pem(key, form.PrivateFormat.PKCS8),
        "jwk": jwk.to_jwk(key),
        "publicJwk": jwk.to_jwk(key.public_key()),
        "public": public.decode(),
        "encrypted": pem(key, form.PrivateFormat.PKCS8, form.BestAvailableEncryption(b"pass phrase")),
    }
    if traditional:
        found[traditional] = pem(key, form.PrivateFormat.TraditionalOpenSSL)
    return found


print(
    json.dumps(
        {
            "rsa": forms(rsa.generate_private_key(65537, 2048), "pkcs1", RSAAlgorithm),
            "smallRsa": forms(rsa.generate_private_key(65537, 1024), "pkcs1", RSAAlgorithm),
            "p256": forms(ec.generate_private_key(ec.SECP256R1()), "sec1", ECAlgorithm),
            "p384": forms(ec.generate_private_key(ec.SECP384R1()), "sec1", ECAlgorithm),
            "ed25519": forms(ed25519.Ed25519PrivateKey.generate(), None, OKPAlgorithm),
        }
    )
)
