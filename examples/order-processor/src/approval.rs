//! The manager's answer, in every form in which Dapr's quickstarts send it.

use dacapo::prelude::*;
use serde::de::{Deserializer, Error as _};
use serde_json::Value;

/// The manager's answer. It is written as `{"approved":true}`, and read from what any of the quickstarts raises:
///
/// | language | payload |
/// |---|---|
/// | Go | none, which approves |
/// | Python | `{"approval": true}` |
/// | Java | `{"approved": true}` |
/// | C# | `{"isApproved": true}`; older: `1` or `"Approved"` |
/// | JavaScript | `true` |
///
/// The `dapr` command line sends JSON inside a JSON string; that is read too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Approval {
    /// Whether the order may be paid.
    pub approved: bool,
}

impl<'de> Deserialize<'de> for Approval {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let payload = Value::deserialize(deserializer)?;
        let approved = verdict(&payload);
        let approved = approved.ok_or_else(|| D::Error::custom("it says neither approved nor rejected"))?;
        Ok(Self { approved })
    }
}

fn verdict(payload: &Value) -> Option<bool> {
    match payload {
        Value::Null => Some(true),
        Value::Object(fields) => {
            fields.iter().find(|(name, _)| is_verdict(name)).and_then(|(_, value)| plain(value))
        }
        Value::String(text) => plain(payload).or_else(|| quoted(text)),
        other => plain(other),
    }
}

fn is_verdict(field: &str) -> bool {
    ["approved", "approval", "isApproved"].iter().any(|name| name.eq_ignore_ascii_case(field))
}

fn plain(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(approved) => Some(*approved),
        // The members of C#'s `ApprovalResult`: Unspecified, Approved, Rejected.
        Value::Number(member) => [false, true, false].get(usize::try_from(member.as_u64()?).ok()?).copied(),
        Value::String(word) => match word.to_ascii_lowercase().as_str() {
            "" | "approved" => Some(true),
            "rejected" | "unspecified" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// JSON inside of a string; one layer, as the command line adds one.
fn quoted(text: &str) -> Option<bool> {
    match serde_json::from_str(text).ok()? {
        Value::String(_) => None,
        value => verdict(&value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(payload: &str, expected: Option<bool>) {
        let approval = serde_json::from_str::<Approval>(payload).ok();
        assert_eq!(approval.map(|approval| approval.approved), expected, "{payload}");
    }

    #[test]
    fn the_payloads_of_all_quickstarts_are_read() {
        for approved in
            ["null", r#""""#, r#"{"approval":true}"#, r#"{"approved":true}"#, "true", "1", r#""Approved""#]
        {
            check(approved, Some(true));
        }
        for rejected in [r#"{"approval":false}"#, r#"{"approved":false}"#, "false", "0", "2", r#""Rejected""#]
        {
            check(rejected, Some(false));
        }
        check(r#"{"isApproved":true}"#, Some(true));
        check(r#"{"IsApproved":false,"approver":"me"}"#, Some(false));
        check(r#"{"approval":"Approved"}"#, Some(true));
    }

    #[test]
    fn json_in_a_string_is_read_through_one_layer() {
        check(r#""{\"approved\":false}""#, Some(false));
        check(r#""true""#, Some(true));
        check(r#""\"true\"""#, None);
    }

    #[test]
    fn what_says_nothing_is_no_approval() {
        for nothing in
            ["{}", r#"{"approved":null}"#, r#"{"ok":true}"#, "[true]", "3", "-1", "1.5", r#""maybe""#]
        {
            check(nothing, None);
        }
    }

    #[test]
    fn what_we_write_is_read_back() {
        let json = serde_json::to_string(&Approval { approved: true }).unwrap();
        assert_eq!(json, r#"{"approved":true}"#);
        check(&json, Some(true));
    }
}
