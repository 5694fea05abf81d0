//! Joins, races and limits of made-up programs.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use dacapo_engine::combine::{self, OneOf2, OneOf3, OneOf4};

use super::interpreter::{Course, Frame, Probe, Running, Value, mix};
use super::program::Shape;

pub(super) async fn join(frame: &Frame, shape: Shape, members: Vec<Running>) -> Value {
    let ctx = &frame.ctx;
    let values = match (shape, tuple(members)) {
        (Shape::Tuple, Tuple::Two(a, b)) => {
            let (a, b) = combine::join2(ctx, a, b).await;
            vec![a, b]
        }
        (Shape::Tuple, Tuple::Three(a, b, c)) => {
            let (a, b, c) = combine::join3(ctx, a, b, c).await;
            vec![a, b, c]
        }
        (Shape::Tuple, Tuple::Four(a, b, c, d)) => {
            let (a, b, c, d) = combine::join4(ctx, a, b, c, d).await;
            vec![a, b, c, d]
        }
        (_, members) => combine::join_all(ctx, members.into_vec()).await,
    };
    Ok(values.into_iter().fold(0, |whole, value| mix(whole, value.unwrap_or_else(|failure| failure))))
}

pub(super) async fn try_join(frame: &Frame, shape: Shape, members: Vec<Running>) -> Value {
    let ctx = &frame.ctx;
    let values = match (shape, tuple(members)) {
        (Shape::Tuple, Tuple::Two(a, b)) => {
            let (a, b) = combine::try_join2(ctx, a, b).await?;
            vec![a, b]
        }
        (Shape::Tuple, Tuple::Three(a, b, c)) => {
            let (a, b, c) = combine::try_join3(ctx, a, b, c).await?;
            vec![a, b, c]
        }
        (Shape::Tuple, Tuple::Four(a, b, c, d)) => {
            let (a, b, c, d) = combine::try_join4(ctx, a, b, c, d).await?;
            vec![a, b, c, d]
        }
        (_, members) => combine::try_join_all(ctx, members.into_vec()).await?,
    };
    Ok(values.into_iter().fold(0, mix))
}

/// The winner has to be the first in source order among those that are done, and everybody has to have been polled.
pub(super) async fn race(frame: &Frame, shape: Shape, members: Vec<Running>, site: &str) -> Value {
    let course = Rc::new(RefCell::new(Course::default()));
    let count = members.len();
    let probes = members.into_iter().enumerate();
    let probes = probes.map(|(index, running)| Probe { running, index, race: Rc::clone(&course) }).collect();
    let (winner, value) = run_race(frame, shape, probes).await;
    let Course { polled, done } = course.take();
    let has_polled_all = (0..count).all(|index| polled.contains(&index));
    if done.iter().min() != Some(&winner) || !has_polled_all {
        frame.object(format!(
            "in the race at {site} {winner} wins; polled were {polled:?}, done are {done:?}"
        ));
    }
    value.map(|value| mix(value, winner as u64))
}

async fn run_race(frame: &Frame, shape: Shape, members: Vec<Probe>) -> (usize, Value) {
    let ctx = &frame.ctx;
    match (shape, tuple(members)) {
        (Shape::Tuple, Tuple::Two(a, b)) => match combine::race2(ctx, a, b).await {
            OneOf2::First(value) => (0, value),
            OneOf2::Second(value) => (1, value),
        },
        (Shape::Tuple, Tuple::Three(a, b, c)) => match combine::race3(ctx, a, b, c).await {
            OneOf3::First(value) => (0, value),
            OneOf3::Second(value) => (1, value),
            OneOf3::Third(value) => (2, value),
        },
        (Shape::Tuple, Tuple::Four(a, b, c, d)) => match combine::race4(ctx, a, b, c, d).await {
            OneOf4::First(value) => (0, value),
            OneOf4::Second(value) => (1, value),
            OneOf4::Third(value) => (2, value),
            OneOf4::Fourth(value) => (3, value),
        },
        (_, members) => combine::race_all(ctx, members.into_vec()).await,
    }
}

pub(super) async fn buffered(frame: &Frame, width: usize, members: Vec<Running>) -> Value {
    let values = combine::buffered(&frame.ctx, members, width).await;
    Ok(values.into_iter().fold(0, |whole, value| mix(whole, value.unwrap_or_else(|failure| failure))))
}

pub(super) async fn timeout(frame: &Frame, inner: Running, limit: Duration) -> Value {
    combine::timeout(&frame.ctx, inner, limit).await.unwrap_or(Ok(4))
}

/// Members by their number.
enum Tuple<F> {
    Two(F, F),
    Three(F, F, F),
    Four(F, F, F, F),
    Other(Vec<F>),
}

fn tuple<F>(members: Vec<F>) -> Tuple<F> {
    match <[F; 2]>::try_from(members).map_err(<[F; 3]>::try_from) {
        Ok([a, b]) => Tuple::Two(a, b),
        Err(Ok([a, b, c])) => Tuple::Three(a, b, c),
        Err(Err(members)) => match <[F; 4]>::try_from(members) {
            Ok([a, b, c, d]) => Tuple::Four(a, b, c, d),
            Err(members) => Tuple::Other(members),
        },
    }
}

impl<F> Tuple<F> {
    fn into_vec(self) -> Vec<F> {
        match self {
            Self::Two(a, b) => vec![a, b],
            Self::Three(a, b, c) => vec![a, b, c],
            Self::Four(a, b, c, d) => vec![a, b, c, d],
            Self::Other(members) => members,
        }
    }
}
