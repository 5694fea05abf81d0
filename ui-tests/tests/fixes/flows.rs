//! The fixes of `ui/pass/flows`.

#[path = "../ui/pass/flows/clock_in_a_helper.rs"]
mod clock_in_a_helper;
#[path = "../ui/pass/flows/event_twice.rs"]
mod event_twice;
#[path = "../ui/pass/flows/name_twice.rs"]
mod name_twice;
#[path = "../ui/pass/flows/not_a_module.rs"]
mod not_a_module;
#[path = "../ui/pass/flows/options.rs"]
mod options;
#[path = "../ui/pass/flows/renamed_function.rs"]
mod renamed_function;
#[path = "../ui/pass/flows/unordered_in_a_helper.rs"]
mod unordered_in_a_helper;
