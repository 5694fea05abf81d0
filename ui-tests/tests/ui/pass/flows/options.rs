#![deny(warnings)]
#![allow(dead_code)]

#[dacapo::flows]
mod orders {}
