#![deny(warnings)]
#![allow(dead_code)]

#[dacapo::flows]
mod orders {
    use dacapo::prelude::*;

    pub(crate) const APPROVAL: Event<bool> = Event::new("approval");
    pub(crate) const ANSWER: Event<String> = Event::new("answer");
}
