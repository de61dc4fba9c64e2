//! A row of `verifications`, and how it and an attempt become each other.

use diesel::prelude::*;
use domain::verification::{
    Answer, Check, CheckName, CheckOutcome, Mode, Outcome, SentRequest, Verification,
};
use serde_json::{Value, json};

use crate::{
    error::StoreError,
    row::RowName,
    schema::verifications,
    sql_types::{IdText, InstantText, JsonText},
};

/// Every column, in the order of the table.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = verifications, treat_none_as_default_value = false)]
pub(super) struct VerificationRow {
    pub(super) id: IdText,
    pub(super) destination_id: IdText,
    pub(super) outcome: String,
    pub(super) mode: String,
    pub(super) data_model: Option<String>,
    pub(super) event_type: Option<String>,
    pub(super) checks: JsonText,
    pub(super) request: Option<JsonText>,
    pub(super) response: Option<JsonText>,
    pub(super) started_at: InstantText,
    pub(super) duration_ms: i64,
}

impl From<&Verification> for VerificationRow {
    fn from(verification: &Verification) -> Self {
        let request = |sent: &SentRequest| json!({"method": sent.method, "url": sent.url});
        let response = |answer: &Answer| json!({"status": answer.status, "body": answer.body});
        Self {
            id: verification.id.into(),
            destination_id: verification.destination.into(),
            outcome: verification.outcome.name().to_owned(),
            mode: verification.mode.name().to_owned(),
            data_model: verification.data_model.clone(),
            event_type: verification.event_type.clone(),
            checks: verification.checks.iter().map(check_json).collect::<Value>().into(),
            request: verification.request.as_ref().map(|sent| request(sent).into()),
            response: verification.response.as_ref().map(|answer| response(answer).into()),
            started_at: verification.started_at.into(),
            duration_ms: verification.duration_ms,
        }
    }
}

impl TryFrom<VerificationRow> for Verification {
    type Error = StoreError;

    fn try_from(row: VerificationRow) -> Result<Self, StoreError> {
        let name = RowName { table: "verifications", id: &row.id.0 };
        let document = |column, text: &Option<JsonText>| {
            text.as_ref().map(|json| name.parse::<Value>(column, &json.0)).transpose()
        };
        let checks: Value = name.parse("checks", &row.checks.0)?;
        let checks = checks.as_array().and_then(|checks| checks.iter().map(parse_check).collect());
        let request = document("request", &row.request)?;
        let response = document("response", &row.response)?;
        Ok(Self {
            id: name.parse("id", &row.id.0)?,
            destination: name.parse("destination_id", &row.destination_id.0)?,
            outcome: name.expect("outcome", Outcome::from_name(&row.outcome))?,
            mode: name.expect("mode", Mode::from_name(&row.mode))?,
            checks: name.expect("checks", checks)?,
            request: request.map(|json| name.expect("request", parse_request(&json))).transpose()?,
            response: response.map(|json| name.expect("response", parse_response(&json))).transpose()?,
            started_at: name.parse("started_at", &row.started_at.0)?,
            data_model: row.data_model,
            event_type: row.event_type,
            duration_ms: row.duration_ms,
        })
    }
}

fn check_json(check: &Check) -> Value {
    json!({
        "name": check.name.name(),
        "outcome": check.outcome.name(),
        "detail": check.detail,
        "durationMs": check.duration_ms,
    })
}

fn parse_check(json: &Value) -> Option<Check> {
    Some(Check {
        name: CheckName::from_name(json.get("name")?.as_str()?)?,
        outcome: CheckOutcome::from_name(json.get("outcome")?.as_str()?)?,
        detail: json.get("detail")?.as_str()?.to_owned(),
        duration_ms: json.get("durationMs")?.as_i64()?,
    })
}

fn parse_request(json: &Value) -> Option<SentRequest> {
    let text = |member| json.get(member)?.as_str().map(str::to_owned);
    Some(SentRequest { method: text("method")?, url: text("url")? })
}

fn parse_response(json: &Value) -> Option<Answer> {
    let status = json.get("status")?.as_u64()?.try_into().ok()?;
    Some(Answer { status, body: json.get("body")?.as_str()?.to_owned() })
}
