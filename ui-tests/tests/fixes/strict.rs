//! The fixes of `ui/pass/strict`.

#[path = "../ui/pass/strict/clock_in_a_pure_function.rs"]
mod clock_in_a_pure_function;
#[path = "../ui/pass/strict/in_a_pure_function.rs"]
mod in_a_pure_function;
#[path = "../ui/pass/strict/pure_and_async.rs"]
mod pure_and_async;
#[path = "../ui/pass/strict/trusted_for_nothing.rs"]
mod trusted_for_nothing;
#[path = "../ui/pass/strict/type_of_the_same_name.rs"]
mod type_of_the_same_name;
#[path = "../ui/pass/strict/unmarked_function.rs"]
mod unmarked_function;
#[path = "../ui/pass/strict/unmarked_function_by_name.rs"]
mod unmarked_function_by_name;
