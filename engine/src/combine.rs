//! Futures over several durable futures: joins, races, timeouts and bounded fan-out.
//!
//! All of them first poll every member once, in source order, even when an earlier one is already done; only then
//! do they look at results. Each poll of a race or a failing join again polls every member that can go on before it
//! decides. Members that lose are dropped, and external events that they took in the deciding poll go back to
//! where they were. So the ids and the winner are the same live and on replay.

mod buffered;
mod crowd;
mod heat;
mod join;
mod join_all;
mod member;
mod race;
mod race_all;
mod timeout;
mod try_join;
mod try_join_all;

pub use self::{
    buffered::{Buffered, buffered},
    join::*,
    join_all::{JoinAll, join_all},
    race::*,
    race_all::{RaceAll, race_all},
    timeout::{Timeout, timeout},
    try_join::*,
    try_join_all::{TryJoinAll, try_join_all},
};
