//! The fixes of `ui/pass/options`.

#[path = "../ui/pass/options/allow_macros_by_text.rs"]
mod allow_macros_by_text;
#[path = "../ui/pass/options/allow_macros_on_activity.rs"]
mod allow_macros_on_activity;
#[path = "../ui/pass/options/app_without_text.rs"]
mod app_without_text;
#[path = "../ui/pass/options/backoff_as_text.rs"]
mod backoff_as_text;
#[path = "../ui/pass/options/crate_that_is_no_path.rs"]
mod crate_that_is_no_path;
#[path = "../ui/pass/options/duration.rs"]
mod duration;
#[path = "../ui/pass/options/duration_of_unknown_unit.rs"]
mod duration_of_unknown_unit;
#[path = "../ui/pass/options/duration_too_long.rs"]
mod duration_too_long;
#[path = "../ui/pass/options/duration_without_unit.rs"]
mod duration_without_unit;
#[path = "../ui/pass/options/empty.rs"]
mod empty;
#[path = "../ui/pass/options/empty_app.rs"]
mod empty_app;
#[path = "../ui/pass/options/empty_version.rs"]
mod empty_version;
#[path = "../ui/pass/options/given_twice.rs"]
mod given_twice;
#[path = "../ui/pass/options/interval_as_number.rs"]
mod interval_as_number;
#[path = "../ui/pass/options/latest_on_activity.rs"]
mod latest_on_activity;
#[path = "../ui/pass/options/latest_with_a_value.rs"]
mod latest_with_a_value;
#[path = "../ui/pass/options/latest_without_version.rs"]
mod latest_without_version;
#[path = "../ui/pass/options/misspelled_version.rs"]
mod misspelled_version;
#[path = "../ui/pass/options/name_on_durable.rs"]
mod name_on_durable;
#[path = "../ui/pass/options/negative_attempts.rs"]
mod negative_attempts;
#[path = "../ui/pass/options/of_another_attribute.rs"]
mod of_another_attribute;
#[path = "../ui/pass/options/other_form.rs"]
mod other_form;
#[path = "../ui/pass/options/retry_above_its_limit.rs"]
mod retry_above_its_limit;
#[path = "../ui/pass/options/retry_as_number.rs"]
mod retry_as_number;
#[path = "../ui/pass/options/retry_never.rs"]
mod retry_never;
#[path = "../ui/pass/options/retry_on_workflow.rs"]
mod retry_on_workflow;
#[path = "../ui/pass/options/retry_shrinks.rs"]
mod retry_shrinks;
#[path = "../ui/pass/options/retry_twice.rs"]
mod retry_twice;
#[path = "../ui/pass/options/retry_without_attempts.rs"]
mod retry_without_attempts;
#[path = "../ui/pass/options/text_instead_of_options.rs"]
mod text_instead_of_options;
#[path = "../ui/pass/options/unknown.rs"]
mod unknown;
#[path = "../ui/pass/options/unknown_in_retry.rs"]
mod unknown_in_retry;
