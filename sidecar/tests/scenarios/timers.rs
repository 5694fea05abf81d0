//! Timers and the clock.

use dacapo_sidecar::core::{Command, Time};

use crate::common::*;
use crate::world::{START, each_store};

#[test]
fn a_timer_fires_when_it_is_due_and_not_before() {
    each_store(|world| {
        world.run("a", vec![timer(0, START + 60)]);
        assert_eq!(world.core.next_due(), Some(Time::from_nanos((START + 60) * 1_000_000_000)));
        world.advance(59);
        world.idle();
        world.advance(6);
        let turn = world.turn();
        assert_eq!(words(&turn.request.new_events), ["turn", "fired(0)"]);
        let fired = &turn.request.new_events[1];
        assert_eq!(fired.timestamp.unwrap().seconds, START + 65);
        let Some(dacapo_proto::pb::history_event::EventType::TimerFired(fired)) = &fired.event_type else {
            panic!("{fired:?}")
        };
        assert_eq!(fired.fire_at.unwrap().seconds, START + 60);
        world.reply(&turn, vec![]);
        world.advance(100_000);
        world.idle();
    });
}

#[test]
fn a_timer_in_the_past_fires_at_once() {
    each_store(|world| {
        world.run("a", vec![timer(0, 0), timer(1, i64::MIN)]);
        world.commit();
        let seen = world.next_turn("a", vec![]);
        assert_eq!(seen, ["turn", "fired(1)", "fired(0)"]);
    });
}

#[test]
fn a_clock_set_back_and_forth_fires_a_timer_once() {
    each_store(|world| {
        world.run("a", vec![timer(0, START + 60)]);
        world.clock.set(Time::EPOCH);
        world.commit();
        world.idle();
        world.clock.set(Time::from_nanos((START + 1000) * 1_000_000_000));
        world.commit();
        world.clock.set(Time::EPOCH);
        world.commit();
        assert_eq!(world.next_turn("a", vec![]), ["turn", "fired(0)"]);
        world.advance(u64::try_from(START).unwrap() * 2);
        world.idle();
    });
}

#[test]
fn a_timer_beyond_a_hundred_years_is_recorded_and_never_armed() {
    each_store(|world| {
        let year_9999 = 253_402_300_799;
        world.run("a", vec![event_timer(0, "e", year_9999), timer(1, i64::MAX)]);
        assert_eq!(world.core.next_due(), None);
        assert_eq!(world.history("a")[2..], ["timer(0)", "timer(1)"]);
    });
}

#[test]
fn an_event_disarms_the_oldest_timer_of_its_waits() {
    each_store(|world| {
        let waits = vec![
            event_timer(0, "Go", START + 60),
            event_timer(1, "go", START + 60),
            event_timer(2, "other", START + 60),
            timer(3, START + 60),
        ];
        world.run("a", waits);
        world.call(Command::Raise(raise("a", "GO", "1"))).unwrap();
        world.next_turn("a", vec![]);
        world.advance(60);
        assert_eq!(world.next_turn("a", vec![]), ["turn", "fired(1)", "fired(2)", "fired(3)"]);
        world.call(Command::Raise(raise("a", "go", "2"))).unwrap();
        assert_eq!(world.next_turn("a", vec![]), ["turn", "raised go 2"]);
    });
}

#[test]
fn an_event_before_the_wait_disarms_nothing() {
    each_store(|world| {
        world.start("a");
        world.call(Command::Raise(raise("a", "go", "1"))).unwrap();
        world.next_turn("a", vec![event_timer(0, "go", START + 60)]);
        world.advance(60);
        assert_eq!(world.next_turn("a", vec![]), ["turn", "fired(0)"]);
    });
}

#[test]
fn timers_fire_while_an_instance_is_suspended() {
    each_store(|world| {
        world.run("a", vec![timer(0, START + 60)]);
        world.begin(Command::Suspend(suspend("a")));
        world.next_turn("a", vec![]);
        world.advance(60);
        assert_eq!(world.next_turn("a", vec![]), ["turn", "fired(0)"]);
    });
}

#[test]
fn a_thousand_timers_due_at_once_all_fire() {
    each_store(|world| {
        world.run("a", (0..2500).map(|id| timer(id, START + 60)).collect());
        world.advance(60);
        world.commit();
        world.commit();
        assert_eq!(world.turn().request.new_events.len(), 2501);
    });
}
