//! The fixes of `ui/pass/serde_rule`.

#[path = "../ui/pass/serde_rule/borrowed_behind_an_alias.rs"]
mod borrowed_behind_an_alias;
#[path = "../ui/pass/serde_rule/error_without_text.rs"]
mod error_without_text;
#[path = "../ui/pass/serde_rule/event_payload.rs"]
mod event_payload;
#[path = "../ui/pass/serde_rule/in_a_vec.rs"]
mod in_a_vec;
#[path = "../ui/pass/serde_rule/input.rs"]
mod input;
#[path = "../ui/pass/serde_rule/one_of_several_inputs.rs"]
mod one_of_several_inputs;
#[path = "../ui/pass/serde_rule/only_serialize.rs"]
mod only_serialize;
#[path = "../ui/pass/serde_rule/output.rs"]
mod output;
#[path = "../ui/pass/serde_rule/remote.rs"]
mod remote;
#[path = "../ui/pass/serde_rule/shared_pointer.rs"]
mod shared_pointer;
#[path = "../ui/pass/serde_rule/workflow_error_without_text.rs"]
mod workflow_error_without_text;
#[path = "../ui/pass/serde_rule/workflow_input.rs"]
mod workflow_input;
#[path = "../ui/pass/serde_rule/workflow_output.rs"]
mod workflow_output;
