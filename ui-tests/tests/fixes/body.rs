//! The fixes of `ui/pass/body`.

#[path = "../ui/pass/body/accept_in_an_activity.rs"]
mod accept_in_an_activity;
#[path = "../ui/pass/body/accept_on_the_function.rs"]
mod accept_on_the_function;
#[path = "../ui/pass/body/accepted_beside_the_mistake.rs"]
mod accepted_beside_the_mistake;
#[path = "../ui/pass/body/accepted_code_that_is_unknown.rs"]
mod accepted_code_that_is_unknown;
#[path = "../ui/pass/body/accepted_for_nothing.rs"]
mod accepted_for_nothing;
#[path = "../ui/pass/body/accepted_for_nothing_by_type.rs"]
mod accepted_for_nothing_by_type;
#[path = "../ui/pass/body/accepted_with_an_empty_reason.rs"]
mod accepted_with_an_empty_reason;
#[path = "../ui/pass/body/accepted_without_an_opt_out.rs"]
mod accepted_without_an_opt_out;
#[path = "../ui/pass/body/accepted_without_reason.rs"]
mod accepted_without_reason;
#[path = "../ui/pass/body/address.rs"]
mod address;
#[path = "../ui/pass/body/address_as_a_number.rs"]
mod address_as_a_number;
#[path = "../ui/pass/body/address_in_other_forms.rs"]
mod address_in_other_forms;
#[path = "../ui/pass/body/allowed_macro_unused.rs"]
mod allowed_macro_unused;
#[path = "../ui/pass/body/allowing_what_is_refused.rs"]
mod allowing_what_is_refused;
#[path = "../ui/pass/body/arguments_of_the_program.rs"]
mod arguments_of_the_program;
#[path = "../ui/pass/body/async_closure.rs"]
mod async_closure;
#[path = "../ui/pass/body/async_closure_in_a_map.rs"]
mod async_closure_in_a_map;
#[path = "../ui/pass/body/async_files.rs"]
mod async_files;
#[path = "../ui/pass/body/block_on_a_call.rs"]
mod block_on_a_call;
#[path = "../ui/pass/body/block_to_a_foreign_function.rs"]
mod block_to_a_foreign_function;
#[path = "../ui/pass/body/blocking.rs"]
mod blocking;
#[path = "../ui/pass/body/clock.rs"]
mod clock;
#[path = "../ui/pass/body/clock_in_a_macro.rs"]
mod clock_in_a_macro;
#[path = "../ui/pass/body/clocks_of_other_crates.rs"]
mod clocks_of_other_crates;
#[path = "../ui/pass/body/code_after_continue_as_new.rs"]
mod code_after_continue_as_new;
#[path = "../ui/pass/body/context_in_a_boxed_closure.rs"]
mod context_in_a_boxed_closure;
#[path = "../ui/pass/body/context_into_a_static.rs"]
mod context_into_a_static;
#[path = "../ui/pass/body/context_is_returned.rs"]
mod context_is_returned;
#[path = "../ui/pass/body/context_passed_to_a_helper.rs"]
mod context_passed_to_a_helper;
#[path = "../ui/pass/body/context_passed_to_an_activity.rs"]
mod context_passed_to_an_activity;
#[path = "../ui/pass/body/context_to_a_renamed_task.rs"]
mod context_to_a_renamed_task;
#[path = "../ui/pass/body/context_to_a_renamed_thread.rs"]
mod context_to_a_renamed_thread;
#[path = "../ui/pass/body/context_to_a_static.rs"]
mod context_to_a_static;
#[path = "../ui/pass/body/context_to_a_task.rs"]
mod context_to_a_task;
#[path = "../ui/pass/body/context_to_a_thread.rs"]
mod context_to_a_thread;
#[path = "../ui/pass/body/continue_and_use_the_value.rs"]
mod continue_and_use_the_value;
#[path = "../ui/pass/body/continue_as_another.rs"]
mod continue_as_another;
#[path = "../ui/pass/body/continue_in_a_block.rs"]
mod continue_in_a_block;
#[path = "../ui/pass/body/continue_in_a_closure.rs"]
mod continue_in_a_closure;
#[path = "../ui/pass/body/continue_in_a_helper.rs"]
mod continue_in_a_helper;
#[path = "../ui/pass/body/continue_without_await.rs"]
mod continue_without_await;
#[path = "../ui/pass/body/effect_in_a_log_line.rs"]
mod effect_in_a_log_line;
#[path = "../ui/pass/body/endless_loop.rs"]
mod endless_loop;
#[path = "../ui/pass/body/endless_loop_in_a_block.rs"]
mod endless_loop_in_a_block;
#[path = "../ui/pass/body/endless_loop_in_a_helper.rs"]
mod endless_loop_in_a_helper;
#[path = "../ui/pass/body/endless_while.rs"]
mod endless_while;
#[path = "../ui/pass/body/environment.rs"]
mod environment;
#[path = "../ui/pass/body/file_functions.rs"]
mod file_functions;
#[path = "../ui/pass/body/foreign_await_in_accepted_macro.rs"]
mod foreign_await_in_accepted_macro;
#[path = "../ui/pass/body/foreign_select.rs"]
mod foreign_select;
#[path = "../ui/pass/body/http_client.rs"]
mod http_client;
#[path = "../ui/pass/body/imported_file_functions.rs"]
mod imported_file_functions;
#[path = "../ui/pass/body/input_output.rs"]
mod input_output;
#[path = "../ui/pass/body/interval.rs"]
mod interval;
#[path = "../ui/pass/body/joined_futures.rs"]
mod joined_futures;
#[path = "../ui/pass/body/macro_by_its_path.rs"]
mod macro_by_its_path;
#[path = "../ui/pass/body/macro_statement.rs"]
mod macro_statement;
#[path = "../ui/pass/body/network.rs"]
mod network;
#[path = "../ui/pass/body/one_of_two_accepted_codes.rs"]
mod one_of_two_accepted_codes;
#[path = "../ui/pass/body/opaque_macro.rs"]
mod opaque_macro;
#[path = "../ui/pass/body/opaque_macro_in_a_macro.rs"]
mod opaque_macro_in_a_macro;
#[path = "../ui/pass/body/parked_thread.rs"]
mod parked_thread;
#[path = "../ui/pass/body/patch_in_a_version.rs"]
mod patch_in_a_version;
#[path = "../ui/pass/body/pointer_in_a_log.rs"]
mod pointer_in_a_log;
#[path = "../ui/pass/body/polling_macro.rs"]
mod polling_macro;
#[path = "../ui/pass/body/printing.rs"]
mod printing;
#[path = "../ui/pass/body/printing_an_error.rs"]
mod printing_an_error;
#[path = "../ui/pass/body/process.rs"]
mod process;
#[path = "../ui/pass/body/random.rs"]
mod random;
#[path = "../ui/pass/body/random_ids.rs"]
mod random_ids;
#[path = "../ui/pass/body/random_numbers.rs"]
mod random_numbers;
#[path = "../ui/pass/body/select.rs"]
mod select;
#[path = "../ui/pass/body/select_pattern_that_may_fail.rs"]
mod select_pattern_that_may_fail;
#[path = "../ui/pass/body/select_with_else.rs"]
mod select_with_else;
#[path = "../ui/pass/body/select_with_nine.rs"]
mod select_with_nine;
#[path = "../ui/pass/body/spawn.rs"]
mod spawn;
#[path = "../ui/pass/body/spawn_blocking.rs"]
mod spawn_blocking;
#[path = "../ui/pass/body/spawned_call.rs"]
mod spawned_call;
#[path = "../ui/pass/body/standard_output.rs"]
mod standard_output;
#[path = "../ui/pass/body/static_mut.rs"]
mod static_mut;
#[path = "../ui/pass/body/statics.rs"]
mod statics;
#[path = "../ui/pass/body/thread_scope.rs"]
mod thread_scope;
#[path = "../ui/pass/body/thread_sleep_in_a_closure.rs"]
mod thread_sleep_in_a_closure;
#[path = "../ui/pass/body/unsafe_code.rs"]
mod unsafe_code;
#[path = "../ui/pass/body/unsafe_function.rs"]
mod unsafe_function;
#[path = "../ui/pass/body/wait.rs"]
mod wait;
