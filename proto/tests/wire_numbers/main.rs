//! The numbers of the contract, written by hand: with a wrong number in a .proto file a case here fails.

// The lint's exemption for tests does not reach the helpers of a test file.
#![allow(clippy::unwrap_used)]

mod events;
mod service;
mod work;

use core::fmt::Debug;

use prost::{Message, encoding::encode_varint};

/// A field that holds a number.
fn int(field: u32, value: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_varint(u64::from(field << 3), &mut bytes);
    encode_varint(value.cast_unsigned(), &mut bytes);
    bytes
}

/// A field that holds a length and as many bytes: text, bytes or a message.
fn len(field: u32, content: impl AsRef<[u8]>) -> Vec<u8> {
    let content = content.as_ref();
    let mut bytes = Vec::new();
    encode_varint(u64::from(field << 3 | 2), &mut bytes);
    encode_varint(content.len() as u64, &mut bytes);
    bytes.extend(content);
    bytes
}

/// A field that holds a message.
fn message<const N: usize>(field: u32, fields: [Vec<u8>; N]) -> Vec<u8> {
    len(field, fields.concat())
}

/// A field that holds a wrapped text.
fn wrapped(field: u32, text: &str) -> Vec<u8> {
    message(field, [len(1, text)])
}

fn time(field: u32, seconds: i64) -> Vec<u8> {
    message(field, [int(1, seconds)])
}

fn seconds(seconds: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds, nanos: 0 })
}

/// A field that holds an entry of a map.
fn entry(field: u32, key: &str, value: &str) -> Vec<u8> {
    message(field, [len(1, key), len(2, value)])
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn map(key: &str, value: &str) -> std::collections::BTreeMap<String, String> {
    [(key.to_owned(), value.to_owned())].into()
}

/// `fields`, written by hand, are `expected`: they decode to it, and it has no field beside them.
#[track_caller]
fn check<M: Message + Default + PartialEq + Debug, const N: usize>(fields: [Vec<u8>; N], expected: M) {
    let bytes = fields.concat();
    assert_eq!(M::decode(bytes.as_slice()).as_ref(), Ok(&expected));
    assert_eq!(expected.encoded_len(), bytes.len(), "{expected:?}");
}
