#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[derive(Serialize, Deserialize)]
struct Parcel {
    sides: [u8; 9],
}

#[activity]
async fn ship(parcel: Parcel) -> u8 {
    parcel.sides.iter().sum()
}

#[activity]
#[allow(clippy::too_many_arguments)]
async fn eight(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) -> u8 {
    a + b + c + d + e + f + g + h
}

fn main() {}
