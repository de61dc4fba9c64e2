"""The AWS API as moto imitates it, with two buckets, a stream and two queues, and with signatures checked against keys
that it issued.

First line of standard input: {name? (of bucket, stream and queues; `labs`), policy? (of a user)}. Prints one line of JSON
once it listens: the port, the accessKey and secretKey of a user who may do all, of a `reader` who may only read, of a
`folder` user who may only put objects under labs/inbound/, and of a `granted` one who may do what the policy says; the
accessKey, secretKey and sessionToken of an assumed role; the bucket, and the bucket that keeps versions. The queues are
`labs` and `labs.fifo`. Ends when standard input does.
"""

import json
import logging
import os
import sys

os.environ.update(AWS_ACCESS_KEY_ID="setup", AWS_SECRET_ACCESS_KEY="setup", AWS_DEFAULT_REGION="us-east-1")

import boto3
from moto import settings
from moto.core.responses import ActionAuthenticatorMixin
from moto.kinesis.responses import KinesisResponse
from moto.server import ThreadedMotoServer
from moto.sqs.responses import SQSResponse


def stream_arn(self):
    name = json.loads(self.raw_body).get("StreamName")
    return f"arn:aws:kinesis:{self.region}:{self.current_account}:stream/{name}"


def queue_arn(self):
    name = json.loads(self.raw_body).get("QueueUrl", "").rsplit("/")[-1]
    return f"arn:aws:sqs:{self.region}:{self.current_account}:{name}"


# Without these a policy for one stream or queue would not be understood.
KinesisResponse._determine_resource = stream_arn
SQSResponse._determine_resource = queue_arn


def allow(action, resource):
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}
    )


NOTHING = json.loads(allow("none:Nothing", "*"))


def prepare(url, name, policy):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name="us-east-1")

    iam = client("iam")

    def user(name, policy):
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return {"accessKey": key["AccessKeyId"], "secretKey": key["SecretAccessKey"]}

    role = iam.create_role(RoleName="writers", AssumeRolePolicyDocument=json.dumps(NOTHING))["Role"]
    iam.put_role_policy(RoleName="writers", PolicyName="all", PolicyDocument=allow("*", "*"))
    assumed = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="labs")["Credentials"]
    s3 = client("s3")
    versioned = f"{name}-versioned"
    for bucket in (name, versioned):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Enabled"})
    client("kinesis").create_stream(StreamName=name, ShardCount=2)
    client("sqs").create_queue(QueueName=name)
    client("sqs").create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})
    return {
        "bucket": name,
        "versioned": versioned,
        **user("writer", allow("*", "*")),
        "reader": user("reader", allow("s3:GetObject", "*")),
        "folder": user("folder", allow("s3:PutObject", f"arn:aws:s3:::{name}/inbound/*")),
        "granted": user("granted", json.dumps(policy)),
        "temporary": {
            "accessKey": assumed["AccessKeyId"],
            "secretKey": assumed["SecretAccessKey"],
            "sessionToken": assumed["SessionToken"],
        },
    }


def main():
    given = json.loads(sys.stdin.readline())
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    told = prepare(f"http://127.0.0.1:{port}", given.get("name", "labs"), given.get("policy", NOTHING))
    # From here on every request must be signed by one of those keys.
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    ActionAuthenticatorMixin.request_count = 0
    print(json.dumps({"port": port, **told}), flush=True)
    sys.stdin.read()
    os._exit(0)


main()
