//! The fixes of `ui/pass/registry`.

#[path = "../ui/pass/registry/call_of_what_is_not_there.rs"]
mod call_of_what_is_not_there;
#[path = "../ui/pass/registry/calls_not_known.rs"]
mod calls_not_known;
#[path = "../ui/pass/registry/event_twice.rs"]
mod event_twice;
#[path = "../ui/pass/registry/name_twice.rs"]
mod name_twice;
#[path = "../ui/pass/registry/remote_function.rs"]
mod remote_function;
