"""What is in a bucket, by the vendor's own SDK: standard input has url, accessKey, secretKey and bucket; prints a list of
objects with key, contentType and body.
"""

import json
import sys

import boto3

question = json.load(sys.stdin)
s3 = boto3.client(
    "s3",
    endpoint_url=question["url"],
    region_name="us-east-1",
    aws_access_key_id=question["accessKey"],
    aws_secret_access_key=question["secretKey"],
)
objects = []
for entry in s3.list_objects_v2(Bucket=question["bucket"]).get("Contents", []):
    found = s3.get_object(Bucket=question["bucket"], Key=entry["Key"])
    body = found["Body"].read().decode()
    objects.append({"key": entry["Key"], "contentType": found["ContentType"], "body": body})
json.dump(objects, sys.stdout)
