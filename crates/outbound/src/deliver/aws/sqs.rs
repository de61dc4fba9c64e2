//! Amazon SQS: SendMessage.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>

use domain::fault::{FaultCode, Flaw};
use serde_json::{Value, json};

use super::{
    super::cloud::{CloudDelivery, Deliverer, Heard, Verdict},
    json_call::{self, Operation},
    partition_of, refusal,
};
use crate::client::OutRequest;

/// See [`domain::catalog::aws::sqs::PRODUCT`].
pub(in crate::deliver) static DELIVERER: Deliverer = Deliverer { host_setting: "queueUrl", request, judge };

static SEND_MESSAGE: Operation =
    Operation { service: "sqs", target: "AmazonSQS.SendMessage", content_type: "application/x-amz-json-1.0" };

/// All messages of Waypost to a FIFO queue are one sequence.
const GROUP: &str = "waypost";

/// What a queue's URL says: `https://sqs.us-east-1.amazonaws.com/123456789012/labs`.
struct Queue<'a> {
    /// Without the slash at its end.
    url: &'a str,
    service: &'a str,
    account: &'a str,
    name: &'a str,
}

impl<'a> Queue<'a> {
    fn of(job: &'a CloudDelivery<'_>) -> Self {
        let url = job.base_url("queueUrl").unwrap_or_default();
        let mut parts = url.rsplitn(3, '/');
        let (name, account, service) = (parts.next(), parts.next(), parts.next());
        let [name, account, service] = [name, account, service].map(Option::unwrap_or_default);
        Self { url, service, account, name }
    }

    fn is_fifo(&self) -> bool {
        self.name.ends_with(".fifo")
    }

    /// The region in the host, if it is one of AWS; true for a host of the form that AWS gave to queues of old, which
    /// knows another protocol only.
    fn region(&self) -> Option<(&'a str, bool)> {
        let host = self.service.strip_prefix("https://")?;
        let (first, rest) = host.split_once('.')?;
        match (first, rest.split_once('.')?) {
            ("queue", ("amazonaws", "com")) => Some(("us-east-1", true)),
            (region, ("queue", domain)) if is_of_aws(domain) => Some((region, true)),
            ("sqs" | "sqs-fips", (region, domain)) if is_of_aws(domain) => Some((region, false)),
            _ => None,
        }
    }
}

fn is_of_aws(domain: &str) -> bool {
    matches!(domain, "amazonaws.com" | "amazonaws.com.cn" | "amazonaws.eu" | "api.aws")
}

fn request(job: &CloudDelivery<'_>) -> Result<OutRequest, Flaw> {
    let (queue, region) = (Queue::of(job), job.required("region"));
    let found = queue.region();
    if let Some((other, _)) = found.filter(|(other, _)| *other != region) {
        let detail = format!(
            "The queue is in {other}, as its URL says, but `region` says {region}. Set `region` to {other}, or correct \
             `queueUrl`."
        );
        return Err(Flaw::new(FaultCode::Mismatch, detail));
    }
    let url = match (job.base_url("endpointUrl"), found) {
        (Some(endpoint), _) => endpoint.to_owned(),
        (None, Some((_, true))) => SEND_MESSAGE.public_url(job),
        (None, _) => queue.service.to_owned(),
    };
    let mut input = json!({ "QueueUrl": queue.url, "MessageBody": job.message.to_string() });
    if let (true, Some(input)) = (queue.is_fifo(), input.as_object_mut()) {
        input.insert("MessageGroupId".to_owned(), json!(GROUP));
        input.insert("MessageDeduplicationId".to_owned(), json!(job.message_id.to_string()));
    }
    SEND_MESSAGE.call(job, &url, &input)
}

fn judge(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> Verdict {
    if !heard.is_success() {
        return Verdict::Refused(on_refusal(job, heard));
    }
    match heard.json().get("MessageId").and_then(Value::as_str) {
        Some(id) => Verdict::Written(format!(
            "Sent to the queue {} as message {}; it waits there until somebody receives and deletes it, or the queue's \
             retention period ends.",
            Queue::of(job).name,
            heard.quote(id)
        )),
        None => Verdict::Refused(format!(
            "The answer was {}, but not one of SQS (it has no message id). Check `queueUrl` and, if it is set, \
             `endpointUrl`.",
            heard.status()
        )),
    }
}

fn on_refusal(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> String {
    let (queue, region) = (Queue::of(job), job.required("region"));
    let error = json_call::error(heard);
    match error.code.as_str() {
        "QueueDoesNotExist" | "AWS.SimpleQueueService.NonExistentQueue" | "InvalidAddress" => format!(
            "There is no queue {} of the account {} in {region}. Check `queueUrl` and `region`; or create the queue.",
            queue.name, queue.account
        ),
        "InvalidMessageContents" => {
            "The queue does not take these characters. Choose another `dataModel` to verify with.".to_owned()
        }
        "InvalidSecurity" => {
            "SQS takes requests by https only. Set `endpointUrl` to an address of https, or leave it out."
                .to_owned()
        }
        _ => {
            let grant = format!(
                "sqs:SendMessage on arn:{}:sqs:{region}:{}:{}",
                partition_of(region),
                queue.account,
                queue.name
            );
            refusal::advice(&error, &grant, heard).unwrap_or_else(|| refusal::unknown("SQS", &error, heard))
        }
    }
}

#[cfg(test)]
mod tests;
