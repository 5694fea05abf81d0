//! The fixes of `ui/pass/kinds`.

#[path = "../ui/pass/kinds/activity_not_send.rs"]
mod activity_not_send;
#[path = "../ui/pass/kinds/activity_registered_as_workflow.rs"]
mod activity_registered_as_workflow;
#[path = "../ui/pass/kinds/all_of_different.rs"]
mod all_of_different;
#[path = "../ui/pass/kinds/argument_type.rs"]
mod argument_type;
#[path = "../ui/pass/kinds/awaited_in_a_test.rs"]
mod awaited_in_a_test;
#[path = "../ui/pass/kinds/awaited_in_an_activity.rs"]
mod awaited_in_an_activity;
#[path = "../ui/pass/kinds/awaited_in_main.rs"]
mod awaited_in_main;
#[path = "../ui/pass/kinds/call_registered.rs"]
mod call_registered;
#[path = "../ui/pass/kinds/closure_registered.rs"]
mod closure_registered;
#[path = "../ui/pass/kinds/detached_with_retries.rs"]
mod detached_with_retries;
#[path = "../ui/pass/kinds/event_awaited_in_an_activity.rs"]
mod event_awaited_in_an_activity;
#[path = "../ui/pass/kinds/event_payload.rs"]
mod event_payload;
#[path = "../ui/pass/kinds/failure_of_another_type.rs"]
mod failure_of_another_type;
#[path = "../ui/pass/kinds/foreign_state.rs"]
mod foreign_state;
#[path = "../ui/pass/kinds/helper_awaited_in_an_activity.rs"]
mod helper_awaited_in_an_activity;
#[path = "../ui/pass/kinds/helper_registered.rs"]
mod helper_registered;
#[path = "../ui/pass/kinds/join_awaited_in_an_activity.rs"]
mod join_awaited_in_an_activity;
#[path = "../ui/pass/kinds/made_by_hand.rs"]
mod made_by_hand;
#[path = "../ui/pass/kinds/name_of_a_plain_function.rs"]
mod name_of_a_plain_function;
#[path = "../ui/pass/kinds/plain_function.rs"]
mod plain_function;
#[path = "../ui/pass/kinds/race_of_one.rs"]
mod race_of_one;
#[path = "../ui/pass/kinds/received_payload.rs"]
mod received_payload;
#[path = "../ui/pass/kinds/remote_activity_registered.rs"]
mod remote_activity_registered;
#[path = "../ui/pass/kinds/remote_activity_run.rs"]
mod remote_activity_run;
#[path = "../ui/pass/kinds/remote_workflow_registered.rs"]
mod remote_workflow_registered;
#[path = "../ui/pass/kinds/result_of_another_type.rs"]
mod result_of_another_type;
#[path = "../ui/pass/kinds/schedule_a_child.rs"]
mod schedule_a_child;
#[path = "../ui/pass/kinds/schedule_an_activity.rs"]
mod schedule_an_activity;
#[path = "../ui/pass/kinds/start_a_timer.rs"]
mod start_a_timer;
#[path = "../ui/pass/kinds/start_detached_activity.rs"]
mod start_detached_activity;
#[path = "../ui/pass/kinds/tags_for_a_client.rs"]
mod tags_for_a_client;
#[path = "../ui/pass/kinds/too_few_arguments.rs"]
mod too_few_arguments;
#[path = "../ui/pass/kinds/workflow_registered_as_activity.rs"]
mod workflow_registered_as_activity;
#[path = "../ui/pass/kinds/workflow_run_like_an_activity.rs"]
mod workflow_run_like_an_activity;
