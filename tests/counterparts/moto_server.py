"""The AWS API as moto imitates it, with one bucket, and with signatures checked against keys that it issued.

First line of standard input: {} (nothing to say yet). Prints one line of JSON once it listens: the port, a user's
accessKey and secretKey, the accessKey, secretKey and sessionToken of an assumed role, and the bucket. Ends when
standard input does.
"""

import json
import logging
import os
import sys

os.environ.update(AWS_ACCESS_KEY_ID="setup", AWS_SECRET_ACCESS_KEY="setup", AWS_DEFAULT_REGION="us-east-1")

import boto3
from moto import settings
from moto.core.responses import ActionAuthenticatorMixin
from moto.server import ThreadedMotoServer

BUCKET = "labs"
ALLOW_ALL = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


def prepare(url):
    def client(name):
        return boto3.client(name, endpoint_url=url, region_name="us-east-1")

    iam = client("iam")
    iam.create_user(UserName="writer")
    iam.put_user_policy(UserName="writer", PolicyName="all", PolicyDocument=ALLOW_ALL)
    key = iam.create_access_key(UserName="writer")["AccessKey"]
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = iam.create_role(RoleName="writers", AssumeRolePolicyDocument=trust)["Role"]
    iam.put_role_policy(RoleName="writers", PolicyName="all", PolicyDocument=ALLOW_ALL)
    assumed = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="labs")["Credentials"]
    client("s3").create_bucket(Bucket=BUCKET)
    return {
        "bucket": BUCKET,
        "accessKey": key["AccessKeyId"],
        "secretKey": key["SecretAccessKey"],
        "temporary": {
            "accessKey": assumed["AccessKeyId"],
            "secretKey": assumed["SecretAccessKey"],
            "sessionToken": assumed["SessionToken"],
        },
    }


def main():
    sys.stdin.readline()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    told = prepare(f"http://127.0.0.1:{port}")
    # From here on every request must be signed by one of those keys.
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    ActionAuthenticatorMixin.request_count = 0
    print(json.dumps({"port": port, **told}), flush=True)
    sys.stdin.read()
    os._exit(0)


main()
