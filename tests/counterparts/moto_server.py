"""The AWS API as moto imitates it, with two buckets, and with signatures checked against keys that it issued.

First line of standard input: {} (nothing to say yet). Prints one line of JSON once it listens: the port, the
accessKey and secretKey of a user who may do all, of a `reader` who may only read, and of a `folder` user who may only
put objects under labs/inbound/; the accessKey, secretKey and sessionToken of an assumed role; the bucket, and the
bucket that keeps versions. Ends when standard input does.
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
VERSIONED = "labs-versioned"


def allow(action, resource):
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}
    )


def prepare(url):
    def client(name):
        return boto3.client(name, endpoint_url=url, region_name="us-east-1")

    iam = client("iam")

    def user(name, action, resource):
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=allow(action, resource))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return {"accessKey": key["AccessKeyId"], "secretKey": key["SecretAccessKey"]}

    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = iam.create_role(RoleName="writers", AssumeRolePolicyDocument=trust)["Role"]
    iam.put_role_policy(RoleName="writers", PolicyName="all", PolicyDocument=allow("*", "*"))
    assumed = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="labs")["Credentials"]
    s3 = client("s3")
    for bucket in (BUCKET, VERSIONED):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=VERSIONED, VersioningConfiguration={"Status": "Enabled"})
    return {
        "bucket": BUCKET,
        "versioned": VERSIONED,
        **user("writer", "*", "*"),
        "reader": user("reader", "s3:GetObject", "*"),
        "folder": user("folder", "s3:PutObject", f"arn:aws:s3:::{BUCKET}/inbound/*"),
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
