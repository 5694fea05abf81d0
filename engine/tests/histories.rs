//! Golden histories: each file of `tests/histories` is a test, its name the fact that it states.
//!
//! `DACAPO_BLESS=1 cargo test -p dacapo-engine --test histories` writes down what the engine answers now; read the
//! diff: what stands there is in users' histories for ever.

mod support;

use std::{collections::BTreeSet, path::Path};

macro_rules! histories {
    ($($name:ident,)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];

        $(
            #[test]
            fn $name() {
                let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/histories");
                support::history::check(&folder.join(concat!(stringify!($name), ".json")));
            }
        )*
    };
}

histories! {
    activities_of_a_chain_run_one_after_another,
    a_failed_activity_fails_the_workflow_that_passes_it_on,
    a_failure_without_details_has_a_name,
    a_result_may_be_absent,
    a_tuple_schedules_all_members_in_order_and_waits_for_all,
    an_array_yields_its_results_in_order,
    a_vec_of_sixty_completes,
    joins_in_joins_go_on_member_by_member,
    the_winner_of_a_race_is_the_one_whose_event_came_first,
    a_late_result_of_a_loser_changes_nothing,
    a_race_of_many_names_the_winner_by_place,
    a_race_polls_all_members_even_when_one_is_done_at_once,
    a_race_of_joins_is_won_by_the_join_that_is_complete_first,
    of_members_that_are_done_together_the_first_in_order_decides,
    a_failing_join_ends_at_the_first_failure,
    a_failing_join_that_does_not_fail_yields_all,
    a_failing_join_of_many_ends_at_the_first_failure,
    a_bounded_fan_out_begins_the_next_when_any_is_done,
    a_fan_out_of_nothing_is_complete,
    a_timeout_takes_an_id_even_when_its_inner_is_done_at_once,
    a_timeout_ends_with_its_inner_when_that_is_done_first,
    a_timeout_elapses_when_its_timer_fires_first,
    started_work_is_scheduled_at_once_and_awaited_later,
    started_work_runs_on_when_its_handle_is_dropped,
    started_children_are_created_at_once,
    thirty_activities_that_nobody_awaits_are_sent_with_the_completion,
    retries_have_new_ids_one_call_id_and_growing_pauses,
    retries_end_with_the_failure_of_the_last_attempt,
    retries_take_the_call_id_that_history_knows,
    a_predicate_may_refuse_to_retry,
    failures_marked_as_final_are_not_retried,
    listed_error_types_are_not_retried,
    retries_stop_growing_at_the_longest_pause,
    retries_end_when_their_time_is_over,
    members_of_a_join_are_retried_side_by_side,
    losing_a_race_ends_the_retries,
    losing_a_race_ends_the_retries_in_a_pause_too,
    started_work_is_retried_without_its_handle,
    a_retry_policy_without_a_pause_is_a_problem,
    a_predicate_may_drop_the_call_it_decides_on,
    a_predicate_that_cannot_decide_fails_the_workflow_at_once,
    failures_after_the_end_are_not_retried,
    a_child_has_the_id_it_was_given,
    a_child_without_an_id_leaves_it_to_the_sidecar,
    a_failed_child_yields_its_failure,
    a_terminated_child_without_details_has_a_name,
    retried_children_name_their_first_attempt,
    detached_workflows_have_ids_of_their_own,
    timers_count_from_the_beginning_of_the_turn,
    timers_carry_their_label,
    work_for_other_apps_names_both_apps,
    work_for_other_apps_of_a_child_of_another_app_names_the_own_app,
    work_for_other_apps_names_no_app_when_history_does_not,
    a_target_without_an_app_is_a_problem,
    an_event_that_is_there_already_takes_no_id,
    an_endless_wait_sets_a_timer_that_never_fires,
    the_timer_of_an_endless_wait_ends_nothing,
    an_event_in_time_ends_the_wait_and_its_late_timer_is_ignored,
    a_timer_ends_the_wait_and_a_late_event_is_kept_for_the_next,
    a_late_timer_does_not_end_the_next_wait,
    an_event_reaches_one_waiter_the_oldest,
    event_names_are_compared_without_case,
    a_wait_without_time_takes_no_id,
    a_waiter_that_lost_a_race_is_gone,
    an_event_that_a_loser_took_goes_back_to_the_front,
    an_event_that_its_waiter_never_saw_goes_to_the_next_waiter,
    an_event_that_its_waiter_never_saw_goes_back_to_the_front,
    a_suspended_instance_asks_for_nothing,
    what_was_asked_before_the_suspension_in_a_batch_is_sent_on_resume,
    work_that_ran_before_its_record_is_recorded_although_suspended,
    held_events_are_applied_one_by_one_in_order,
    an_end_is_not_sent_while_suspended,
    a_suspended_instance_can_be_terminated,
    a_terminated_instance_sends_its_end_only,
    a_completion_in_the_same_batch_wins_over_a_termination,
    a_termination_wins_over_continue_as_new,
    an_instance_can_be_terminated_before_it_starts,
    continue_as_new_carries_events_in_the_order_of_arrival,
    continue_as_new_may_drop_events,
    a_next_generation_receives_what_was_carried,
    continue_as_new_warns_of_work_that_is_dropped,
    a_failure_wins_over_continue_as_new,
    a_patch_is_in_force_in_a_new_instance,
    a_patch_is_in_force_although_an_event_shares_the_first_batch,
    a_patch_is_not_in_force_in_an_older_history,
    a_recorded_patch_stays_in_force_on_replay,
    a_second_patch_beyond_the_history_is_in_force,
    a_second_patch_in_the_middle_of_the_history_is_not_in_force,
    a_patch_that_the_code_lost_is_not_reported,
    a_patch_decided_while_suspended_holds,
    a_new_instance_runs_the_latest_version,
    a_pinned_instance_runs_its_version,
    an_instance_without_a_pin_runs_the_code_before_versions,
    a_version_that_is_not_there_is_a_problem,
    an_unknown_workflow_is_a_problem,
    a_result_before_its_activity_is_scheduled_is_kept,
    a_failure_before_its_activity_is_scheduled_is_kept,
    a_child_result_before_the_child_is_created_is_kept,
    a_result_of_another_call_is_dropped,
    a_failure_of_another_call_is_dropped,
    an_early_result_of_another_call_is_dropped_when_the_record_says_so,
    an_early_result_is_used_when_the_record_names_its_call,
    an_early_result_of_another_call_does_not_keep_out_the_right_one,
    a_result_of_work_that_is_not_recorded_yet_is_taken_by_its_call_id,
    a_result_without_a_call_id_is_taken,
    a_result_before_its_record_replays_in_a_rerun,
    a_firing_before_its_timer_is_set_is_kept,
    a_firing_never_completes_an_activity_of_the_same_id,
    repeated_results_are_dropped,
    a_result_that_nobody_asked_for_disturbs_nothing,
    an_activity_without_a_record_is_sent_although_its_result_is_known,
    an_activity_whose_result_comes_before_its_record_is_recorded,
    a_result_before_the_event_that_gates_its_activity_is_used,
    a_repeated_scheduling_event_is_ignored,
    a_rerun_replays_although_its_order_differs,
    a_rerun_has_the_ids_of_its_own_instance,
    an_older_history_without_the_timer_of_an_endless_wait_replays,
    an_older_history_with_a_timer_after_an_endless_wait_replays,
    a_history_with_the_timer_of_an_endless_wait_replays,
    a_history_with_the_bare_timer_of_an_endless_wait_replays,
    an_early_firing_does_not_end_an_endless_wait,
    the_custom_status_is_sent_with_every_answer,
    ids_and_times_are_those_of_the_turn,
    a_workflow_knows_where_it_comes_from,
    unknown_events_are_skipped,
    another_activity_at_an_id_diverges,
    another_kind_at_an_id_diverges,
    another_child_at_an_id_diverges,
    a_child_that_a_rerun_renamed_replays,
    another_detached_instance_diverges,
    a_detached_workflow_of_the_source_of_a_rerun_replays,
    a_timer_of_another_origin_diverges,
    a_wait_for_another_event_diverges,
    work_that_the_code_no_longer_asks_for_diverges,
    an_end_in_place_of_work_diverges,
    another_kind_at_a_confirmed_id_diverges,
    work_before_the_start_diverges,
    only_the_first_problem_counts,
    awaiting_what_history_does_not_record_is_a_problem_at_once,
    awaiting_what_history_does_not_record_is_a_problem_later_too,
    a_policy_of_no_attempts_makes_a_single_one,
    an_instance_goes_on_when_the_patch_that_was_lost_is_back,
    patches_are_reported_in_the_order_in_which_the_code_meets_them,
    a_next_generation_takes_patches_that_the_one_before_did_not,
    a_stalled_instance_goes_on_when_code_that_fits_is_deployed,
    a_stalled_instance_goes_on_when_its_timer_finds_code_that_fits,
    an_execution_that_nobody_names_has_ids_for_its_calls,
    a_call_of_a_next_generation_has_another_id_and_its_result_is_no_duplicate,
    a_call_of_an_instance_that_was_created_again_has_another_id,
    a_loop_of_waits_and_activities_loses_no_event,
    waits_for_several_events_end_in_any_order,
    retried_children_of_one_name_and_input_keep_their_chains_apart,
    of_two_children_of_one_name_only_the_failed_one_is_retried,
    children_called_one_after_another_have_chains_of_their_own,
    a_child_whose_id_is_in_use_fails_and_is_retried_like_any_other,
    repeated_results_of_children_and_timers_are_dropped,
    continue_as_new_after_awaited_work_drops_nothing,
    detached_workflows_of_a_next_generation_count_their_ids_anew,
    a_rerun_keeps_the_events_that_were_received,
    a_rerun_keeps_the_timers_that_had_fired,
}

#[test]
fn every_file_is_a_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/histories");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let stems = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let stems: BTreeSet<_> =
        stems.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(stems, NAMES.iter().map(|name| (*name).to_owned()).collect());
}

#[test]
fn the_page_on_coverage_names_histories_that_exist() {
    let page = include_str!("../../docs/coverage.md");
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.contains('`'));
    let named: Vec<_> = rows.flat_map(|row| row.split('`').skip(1).step_by(2)).collect();
    let unknown: Vec<_> = named.iter().filter(|name| !NAMES.contains(name)).collect();
    assert_eq!((named.is_empty(), unknown), (false, vec![]));
}
