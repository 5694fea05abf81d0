//! The fixes of `ui/pass/types`.

#[path = "../ui/pass/types/changing_static.rs"]
mod changing_static;
#[path = "../ui/pass/types/channel_in_a_workflow.rs"]
mod channel_in_a_workflow;
#[path = "../ui/pass/types/drained_map.rs"]
mod drained_map;
#[path = "../ui/pass/types/dropped_call.rs"]
mod dropped_call;
#[path = "../ui/pass/types/dropped_child.rs"]
mod dropped_child;
#[path = "../ui/pass/types/dropped_continue_as_new.rs"]
mod dropped_continue_as_new;
#[path = "../ui/pass/types/dropped_event.rs"]
mod dropped_event;
#[path = "../ui/pass/types/dropped_in_a_branch.rs"]
mod dropped_in_a_branch;
#[path = "../ui/pass/types/dropped_race.rs"]
mod dropped_race;
#[path = "../ui/pass/types/elapsed_time.rs"]
mod elapsed_time;
#[path = "../ui/pass/types/foreign_value.rs"]
mod foreign_value;
#[path = "../ui/pass/types/foreign_value_by_a_method.rs"]
mod foreign_value_by_a_method;
#[path = "../ui/pass/types/foreign_value_in_a_tuple.rs"]
mod foreign_value_in_a_tuple;
#[path = "../ui/pass/types/iteration_in_a_chain.rs"]
mod iteration_in_a_chain;
#[path = "../ui/pass/types/iteration_of_a_field.rs"]
mod iteration_of_a_field;
#[path = "../ui/pass/types/lent_value.rs"]
mod lent_value;
#[path = "../ui/pass/types/map_from_an_activity.rs"]
mod map_from_an_activity;
#[path = "../ui/pass/types/once_lock.rs"]
mod once_lock;
#[path = "../ui/pass/types/set_operations.rs"]
mod set_operations;
#[path = "../ui/pass/types/static_of_a_module.rs"]
mod static_of_a_module;
#[path = "../ui/pass/types/stored_and_forgotten.rs"]
mod stored_and_forgotten;
#[path = "../ui/pass/types/stored_call.rs"]
mod stored_call;
#[path = "../ui/pass/types/thread_local_of_a_module.rs"]
mod thread_local_of_a_module;
#[path = "../ui/pass/types/touching_method.rs"]
mod touching_method;
#[path = "../ui/pass/types/unordered_iteration.rs"]
mod unordered_iteration;
