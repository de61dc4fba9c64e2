"""What is in a stream or a queue, by the vendor's own SDK: standard input has url, accessKey, secretKey, and stream or
queue; prints a list of messages with id, body, and key or group.
"""

import json
import sys

import boto3

question = json.load(sys.stdin)


def client(service):
    return boto3.client(
        service,
        endpoint_url=question["url"],
        region_name="us-east-1",
        aws_access_key_id=question["accessKey"],
        aws_secret_access_key=question["secretKey"],
    )


def of_stream(name):
    kinesis = client("kinesis")
    for shard in kinesis.list_shards(StreamName=name)["Shards"]:
        start = kinesis.get_shard_iterator(
            StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        for record in kinesis.get_records(ShardIterator=start["ShardIterator"])["Records"]:
            yield {
                "id": record["SequenceNumber"],
                "shard": shard["ShardId"],
                "key": record["PartitionKey"],
                "body": record["Data"].decode(),
            }


def of_queue(name):
    sqs = client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"]).get("Messages"):
        for message in found:
            group = message["Attributes"].get("MessageGroupId")
            yield {"id": message["MessageId"], "group": group, "body": message["Body"]}


json.dump(list(of_stream(question["stream"]) if "stream" in question else of_queue(question["queue"])), sys.stdout)
