//! The fixes of `ui/pass/function`.

#[path = "../ui/pass/function/associated_function.rs"]
mod associated_function;
#[path = "../ui/pass/function/borrowed.rs"]
mod borrowed;
#[path = "../ui/pass/function/borrowed_in_a_struct.rs"]
mod borrowed_in_a_struct;
#[path = "../ui/pass/function/borrowed_slice.rs"]
mod borrowed_slice;
#[path = "../ui/pass/function/const_function.rs"]
mod const_function;
#[path = "../ui/pass/function/const_generic.rs"]
mod const_generic;
#[path = "../ui/pass/function/context_place.rs"]
mod context_place;
#[path = "../ui/pass/function/context_type.rs"]
mod context_type;
#[path = "../ui/pass/function/durable_without_body.rs"]
mod durable_without_body;
#[path = "../ui/pass/function/every_mistake_at_once.rs"]
mod every_mistake_at_once;
#[path = "../ui/pass/function/foreign_attribute.rs"]
mod foreign_attribute;
#[path = "../ui/pass/function/generic.rs"]
mod generic;
#[path = "../ui/pass/function/impl_trait.rs"]
mod impl_trait;
#[path = "../ui/pass/function/in_a_trait.rs"]
mod in_a_trait;
#[path = "../ui/pass/function/lifetime.rs"]
mod lifetime;
#[path = "../ui/pass/function/method.rs"]
mod method;
#[path = "../ui/pass/function/not_a_function.rs"]
mod not_a_function;
#[path = "../ui/pass/function/not_async.rs"]
mod not_async;
#[path = "../ui/pass/function/on_a_module.rs"]
mod on_a_module;
#[path = "../ui/pass/function/owned_context.rs"]
mod owned_context;
#[path = "../ui/pass/function/parameter_attribute.rs"]
mod parameter_attribute;
#[path = "../ui/pass/function/pattern.rs"]
mod pattern;
#[path = "../ui/pass/function/qualifier.rs"]
mod qualifier;
#[path = "../ui/pass/function/question_mark_without_result.rs"]
mod question_mark_without_result;
#[path = "../ui/pass/function/returns_a_future.rs"]
mod returns_a_future;
#[path = "../ui/pass/function/state_by_reference.rs"]
mod state_by_reference;
#[path = "../ui/pass/function/state_in_a_helper.rs"]
mod state_in_a_helper;
#[path = "../ui/pass/function/state_in_workflow.rs"]
mod state_in_workflow;
#[path = "../ui/pass/function/test_attribute.rs"]
mod test_attribute;
#[path = "../ui/pass/function/tokio_main.rs"]
mod tokio_main;
#[path = "../ui/pass/function/too_many_parameters.rs"]
mod too_many_parameters;
#[path = "../ui/pass/function/two_kinds.rs"]
mod two_kinds;
#[path = "../ui/pass/function/wrong_return.rs"]
mod wrong_return;
