//! The fixes of `ui/pass/testing`.

#[path = "../ui/pass/testing/condition_on_another_type.rs"]
mod condition_on_another_type;
#[path = "../ui/pass/testing/mock_of_a_call.rs"]
mod mock_of_a_call;
#[path = "../ui/pass/testing/mock_of_a_child_with_another_error.rs"]
mod mock_of_a_child_with_another_error;
#[path = "../ui/pass/testing/mock_of_a_plain_function.rs"]
mod mock_of_a_plain_function;
#[path = "../ui/pass/testing/mock_that_is_not_async.rs"]
mod mock_that_is_not_async;
#[path = "../ui/pass/testing/mock_with_another_result.rs"]
mod mock_with_another_result;
#[path = "../ui/pass/testing/mock_with_other_parameters.rs"]
mod mock_with_other_parameters;
#[path = "../ui/pass/testing/mock_with_too_many_parameters.rs"]
mod mock_with_too_many_parameters;
