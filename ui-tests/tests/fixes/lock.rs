//! The fixes of `ui/pass/lock`.

#[path = "../ui/pass/lock/steps_changed.rs"]
mod steps_changed;
