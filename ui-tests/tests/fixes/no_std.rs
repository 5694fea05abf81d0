//! The fixes of `ui/pass/no_std`.

#[path = "../ui/pass/no_std/clock_in_a_helper.rs"]
mod clock_in_a_helper;
