//! The fix of every mistake in `ui/fail` compiles without a warning: each file of `ui/pass` is a module of this test,
//! because one program is built much faster than a hundred. (Those of `ui/pass/shapes` stand alone: they say things
//! about whole programs.)

use std::fs;
use std::path::Path;

#[path = "ui/pass/await_rule/a_plain_value.rs"]
mod await_rule_a_plain_value;
#[path = "ui/pass/await_rule/boxed_future.rs"]
mod await_rule_boxed_future;
#[path = "ui/pass/await_rule/by_hand.rs"]
mod await_rule_by_hand;
#[path = "ui/pass/await_rule/in_a_block_in_a_closure.rs"]
mod await_rule_in_a_block_in_a_closure;
#[path = "ui/pass/await_rule/in_a_format_argument.rs"]
mod await_rule_in_a_format_argument;
#[path = "ui/pass/await_rule/in_a_helper.rs"]
mod await_rule_in_a_helper;
#[path = "ui/pass/await_rule/in_an_async_closure.rs"]
mod await_rule_in_an_async_closure;
#[path = "ui/pass/await_rule/join_handle.rs"]
mod await_rule_join_handle;
#[path = "ui/pass/await_rule/one_member_of_a_join.rs"]
mod await_rule_one_member_of_a_join;
#[path = "ui/pass/await_rule/renamed_sleep.rs"]
mod await_rule_renamed_sleep;
#[path = "ui/pass/await_rule/sealed.rs"]
mod await_rule_sealed;
#[path = "ui/pass/await_rule/unmarked_helper.rs"]
mod await_rule_unmarked_helper;
#[path = "ui/pass/body/accepted_for_nothing.rs"]
mod body_accepted_for_nothing;
#[path = "ui/pass/body/accepted_for_nothing_by_type.rs"]
mod body_accepted_for_nothing_by_type;
#[path = "ui/pass/body/accepted_without_an_opt_out.rs"]
mod body_accepted_without_an_opt_out;
#[path = "ui/pass/body/accepted_without_reason.rs"]
mod body_accepted_without_reason;
#[path = "ui/pass/body/address.rs"]
mod body_address;
#[path = "ui/pass/body/address_in_other_forms.rs"]
mod body_address_in_other_forms;
#[path = "ui/pass/body/allowed_macro_unused.rs"]
mod body_allowed_macro_unused;
#[path = "ui/pass/body/allowing_what_is_refused.rs"]
mod body_allowing_what_is_refused;
#[path = "ui/pass/body/async_closure.rs"]
mod body_async_closure;
#[path = "ui/pass/body/block_to_a_foreign_function.rs"]
mod body_block_to_a_foreign_function;
#[path = "ui/pass/body/blocking.rs"]
mod body_blocking;
#[path = "ui/pass/body/clock.rs"]
mod body_clock;
#[path = "ui/pass/body/code_after_continue_as_new.rs"]
mod body_code_after_continue_as_new;
#[path = "ui/pass/body/context_to_a_renamed_task.rs"]
mod body_context_to_a_renamed_task;
#[path = "ui/pass/body/context_to_a_renamed_thread.rs"]
mod body_context_to_a_renamed_thread;
#[path = "ui/pass/body/context_to_a_static.rs"]
mod body_context_to_a_static;
#[path = "ui/pass/body/context_to_a_thread.rs"]
mod body_context_to_a_thread;
#[path = "ui/pass/body/continue_as_another.rs"]
mod body_continue_as_another;
#[path = "ui/pass/body/continue_in_a_helper.rs"]
mod body_continue_in_a_helper;
#[path = "ui/pass/body/endless_loop.rs"]
mod body_endless_loop;
#[path = "ui/pass/body/environment.rs"]
mod body_environment;
#[path = "ui/pass/body/file_functions.rs"]
mod body_file_functions;
#[path = "ui/pass/body/foreign_await_in_accepted_macro.rs"]
mod body_foreign_await_in_accepted_macro;
#[path = "ui/pass/body/input_output.rs"]
mod body_input_output;
#[path = "ui/pass/body/opaque_macro.rs"]
mod body_opaque_macro;
#[path = "ui/pass/body/patch_in_a_version.rs"]
mod body_patch_in_a_version;
#[path = "ui/pass/body/polling_macro.rs"]
mod body_polling_macro;
#[path = "ui/pass/body/printing.rs"]
mod body_printing;
#[path = "ui/pass/body/random.rs"]
mod body_random;
#[path = "ui/pass/body/select.rs"]
mod body_select;
#[path = "ui/pass/body/spawn.rs"]
mod body_spawn;
#[path = "ui/pass/body/statics.rs"]
mod body_statics;
#[path = "ui/pass/body/unsafe_code.rs"]
mod body_unsafe_code;
#[path = "ui/pass/body/wait.rs"]
mod body_wait;
#[path = "ui/pass/function/borrowed.rs"]
mod function_borrowed;
#[path = "ui/pass/function/context_place.rs"]
mod function_context_place;
#[path = "ui/pass/function/context_type.rs"]
mod function_context_type;
#[path = "ui/pass/function/durable_without_body.rs"]
mod function_durable_without_body;
#[path = "ui/pass/function/every_mistake_at_once.rs"]
mod function_every_mistake_at_once;
#[path = "ui/pass/function/foreign_attribute.rs"]
mod function_foreign_attribute;
#[path = "ui/pass/function/generic.rs"]
mod function_generic;
#[path = "ui/pass/function/impl_trait.rs"]
mod function_impl_trait;
#[path = "ui/pass/function/method.rs"]
mod function_method;
#[path = "ui/pass/function/not_a_function.rs"]
mod function_not_a_function;
#[path = "ui/pass/function/not_async.rs"]
mod function_not_async;
#[path = "ui/pass/function/parameter_attribute.rs"]
mod function_parameter_attribute;
#[path = "ui/pass/function/pattern.rs"]
mod function_pattern;
#[path = "ui/pass/function/qualifier.rs"]
mod function_qualifier;
#[path = "ui/pass/function/state_in_workflow.rs"]
mod function_state_in_workflow;
#[path = "ui/pass/function/too_many_parameters.rs"]
mod function_too_many_parameters;
#[path = "ui/pass/function/two_kinds.rs"]
mod function_two_kinds;
#[path = "ui/pass/kinds/activity_not_send.rs"]
mod kinds_activity_not_send;
#[path = "ui/pass/kinds/activity_registered_as_workflow.rs"]
mod kinds_activity_registered_as_workflow;
#[path = "ui/pass/kinds/all_of_different.rs"]
mod kinds_all_of_different;
#[path = "ui/pass/kinds/argument_type.rs"]
mod kinds_argument_type;
#[path = "ui/pass/kinds/awaited_in_an_activity.rs"]
mod kinds_awaited_in_an_activity;
#[path = "ui/pass/kinds/awaited_in_main.rs"]
mod kinds_awaited_in_main;
#[path = "ui/pass/kinds/event_payload.rs"]
mod kinds_event_payload;
#[path = "ui/pass/kinds/foreign_state.rs"]
mod kinds_foreign_state;
#[path = "ui/pass/kinds/made_by_hand.rs"]
mod kinds_made_by_hand;
#[path = "ui/pass/kinds/plain_function.rs"]
mod kinds_plain_function;
#[path = "ui/pass/kinds/race_of_one.rs"]
mod kinds_race_of_one;
#[path = "ui/pass/kinds/remote_activity_registered.rs"]
mod kinds_remote_activity_registered;
#[path = "ui/pass/kinds/remote_workflow_registered.rs"]
mod kinds_remote_workflow_registered;
#[path = "ui/pass/kinds/schedule_a_child.rs"]
mod kinds_schedule_a_child;
#[path = "ui/pass/kinds/schedule_an_activity.rs"]
mod kinds_schedule_an_activity;
#[path = "ui/pass/kinds/start_a_timer.rs"]
mod kinds_start_a_timer;
#[path = "ui/pass/kinds/start_detached_activity.rs"]
mod kinds_start_detached_activity;
#[path = "ui/pass/kinds/workflow_registered_as_activity.rs"]
mod kinds_workflow_registered_as_activity;
#[path = "ui/pass/options/duration.rs"]
mod options_duration;
#[path = "ui/pass/options/duration_without_unit.rs"]
mod options_duration_without_unit;
#[path = "ui/pass/options/empty.rs"]
mod options_empty;
#[path = "ui/pass/options/given_twice.rs"]
mod options_given_twice;
#[path = "ui/pass/options/latest_without_version.rs"]
mod options_latest_without_version;
#[path = "ui/pass/options/of_another_attribute.rs"]
mod options_of_another_attribute;
#[path = "ui/pass/options/other_form.rs"]
mod options_other_form;
#[path = "ui/pass/options/retry_above_its_limit.rs"]
mod options_retry_above_its_limit;
#[path = "ui/pass/options/retry_never.rs"]
mod options_retry_never;
#[path = "ui/pass/options/retry_on_workflow.rs"]
mod options_retry_on_workflow;
#[path = "ui/pass/options/retry_shrinks.rs"]
mod options_retry_shrinks;
#[path = "ui/pass/options/retry_without_attempts.rs"]
mod options_retry_without_attempts;
#[path = "ui/pass/options/unknown.rs"]
mod options_unknown;
#[path = "ui/pass/options/unknown_in_retry.rs"]
mod options_unknown_in_retry;
#[path = "ui/pass/serde_rule/error_without_text.rs"]
mod serde_rule_error_without_text;
#[path = "ui/pass/serde_rule/input.rs"]
mod serde_rule_input;
#[path = "ui/pass/serde_rule/one_of_several_inputs.rs"]
mod serde_rule_one_of_several_inputs;
#[path = "ui/pass/serde_rule/output.rs"]
mod serde_rule_output;
#[path = "ui/pass/serde_rule/remote.rs"]
mod serde_rule_remote;
#[path = "ui/pass/serde_rule/workflow_input.rs"]
mod serde_rule_workflow_input;
#[path = "ui/pass/types/changing_static.rs"]
mod types_changing_static;
#[path = "ui/pass/types/dropped_call.rs"]
mod types_dropped_call;
#[path = "ui/pass/types/foreign_value.rs"]
mod types_foreign_value;
#[path = "ui/pass/types/lent_value.rs"]
mod types_lent_value;
#[path = "ui/pass/types/stored_call.rs"]
mod types_stored_call;
#[path = "ui/pass/types/touching_method.rs"]
mod types_touching_method;
#[path = "ui/pass/types/unordered_iteration.rs"]
mod types_unordered_iteration;

#[test]
fn every_fix_is_compiled_here() {
    let here = include_str!("fixes.rs");
    for folder in fs::read_dir("tests/ui/pass").expect("the directory of fixes exists") {
        let folder = folder.expect("a directory can be listed").path();
        if folder.ends_with("shapes") {
            continue;
        }
        for file in fs::read_dir(folder).expect("a folder of fixes can be listed") {
            let path = file.expect("a directory can be listed").path();
            let path = path.strip_prefix(Path::new("tests")).expect("the path begins there");
            assert!(here.contains(&format!("\"{}\"", path.display())), "{} is not compiled", path.display());
        }
    }
}
