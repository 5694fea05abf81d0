//! The fixes of `ui/pass/await_rule`.

#[path = "../ui/pass/await_rule/a_plain_value.rs"]
mod a_plain_value;
#[path = "../ui/pass/await_rule/all_of_foreign_futures.rs"]
mod all_of_foreign_futures;
#[path = "../ui/pass/await_rule/awaited_twice.rs"]
mod awaited_twice;
#[path = "../ui/pass/await_rule/boxed_future.rs"]
mod boxed_future;
#[path = "../ui/pass/await_rule/buffered_foreign_futures.rs"]
mod buffered_foreign_futures;
#[path = "../ui/pass/await_rule/by_hand.rs"]
mod by_hand;
#[path = "../ui/pass/await_rule/call_without_arguments.rs"]
mod call_without_arguments;
#[path = "../ui/pass/await_rule/channel.rs"]
mod channel;
#[path = "../ui/pass/await_rule/client_in_a_workflow.rs"]
mod client_in_a_workflow;
#[path = "../ui/pass/await_rule/helper_without_its_mark.rs"]
mod helper_without_its_mark;
#[path = "../ui/pass/await_rule/in_a_block_in_a_closure.rs"]
mod in_a_block_in_a_closure;
#[path = "../ui/pass/await_rule/in_a_format_argument.rs"]
mod in_a_format_argument;
#[path = "../ui/pass/await_rule/in_a_helper.rs"]
mod in_a_helper;
#[path = "../ui/pass/await_rule/in_a_tracing_macro.rs"]
mod in_a_tracing_macro;
#[path = "../ui/pass/await_rule/in_a_vec_macro.rs"]
mod in_a_vec_macro;
#[path = "../ui/pass/await_rule/in_an_async_closure.rs"]
mod in_an_async_closure;
#[path = "../ui/pass/await_rule/in_conditions_and_arguments.rs"]
mod in_conditions_and_arguments;
#[path = "../ui/pass/await_rule/instrumented_call.rs"]
mod instrumented_call;
#[path = "../ui/pass/await_rule/join_handle.rs"]
mod join_handle;
#[path = "../ui/pass/await_rule/join_set.rs"]
mod join_set;
#[path = "../ui/pass/await_rule/lock.rs"]
mod lock;
#[path = "../ui/pass/await_rule/nested_async_function.rs"]
mod nested_async_function;
#[path = "../ui/pass/await_rule/one_member_of_a_join.rs"]
mod one_member_of_a_join;
#[path = "../ui/pass/await_rule/option_of_a_foreign_future.rs"]
mod option_of_a_foreign_future;
#[path = "../ui/pass/await_rule/poll_fn.rs"]
mod poll_fn;
#[path = "../ui/pass/await_rule/raced_with_a_sleep.rs"]
mod raced_with_a_sleep;
#[path = "../ui/pass/await_rule/renamed_sleep.rs"]
mod renamed_sleep;
#[path = "../ui/pass/await_rule/sealed.rs"]
mod sealed;
#[path = "../ui/pass/await_rule/selected_sleep.rs"]
mod selected_sleep;
#[path = "../ui/pass/await_rule/start_at_a_time.rs"]
mod start_at_a_time;
#[path = "../ui/pass/await_rule/timeout_of_a_foreign_future.rs"]
mod timeout_of_a_foreign_future;
#[path = "../ui/pass/await_rule/tokio_timeout.rs"]
mod tokio_timeout;
#[path = "../ui/pass/await_rule/trait_method.rs"]
mod trait_method;
#[path = "../ui/pass/await_rule/unmarked_helper.rs"]
mod unmarked_helper;
