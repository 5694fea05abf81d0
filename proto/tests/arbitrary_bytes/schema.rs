//! Valid bytes of any message, made from the .proto files.

use std::{collections::BTreeMap, path::Path, sync::LazyLock};

use prost::encoding::encode_varint;
use prost_types::{
    DescriptorProto, FieldDescriptorProto,
    field_descriptor_proto::{Label, Type},
};

/// How deep a message nests; its recursive fields end there.
const DEPTH_MAX: usize = 8;

const NUMBERS: [u64; 8] = [0, 1, 2, 127, 300, i32::MAX as u64, i64::MIN as u64, u64::MAX];
const TEXTS: [&str; 4] = ["", "a", "null", "h\u{e9}llo \u{1f600}"];

static MESSAGES: LazyLock<BTreeMap<String, DescriptorProto>> = LazyLock::new(|| {
    let protos = Path::new(env!("CARGO_MANIFEST_DIR")).join("protos");
    let files = ["orchestrator_service.proto", "dapr/proto/runtime/v1/dapr.proto"];
    let descriptors = protox::compile(files, [protos]).unwrap();
    let mut messages = BTreeMap::new();
    for file in descriptors.file {
        let package = if file.package().is_empty() { String::new() } else { format!(".{}", file.package()) };
        collect(&package, file.message_type, &mut messages);
    }
    messages
});

fn collect(scope: &str, found: Vec<DescriptorProto>, messages: &mut BTreeMap<String, DescriptorProto>) {
    for mut message in found {
        let name = format!("{scope}.{}", message.name());
        collect(&name, std::mem::take(&mut message.nested_type), messages);
        messages.insert(name, message);
    }
}

/// The names of all messages but the entries of maps, as `.package.Message`.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    MESSAGES
        .iter()
        .filter(|(name, message)| {
            !message.options.as_ref().is_some_and(|it| it.map_entry()) && !name.starts_with(".google")
        })
        .map(|(name, _)| name.as_str())
}

/// The bytes of a message, whose presence and values of fields `choices` decide; no more choices, no more fields.
pub(crate) fn message(name: &str, choices: &mut impl Iterator<Item = u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(name, choices, DEPTH_MAX, &mut bytes);
    bytes
}

fn write(name: &str, choices: &mut impl Iterator<Item = u8>, depth: usize, out: &mut Vec<u8>) {
    let message = MESSAGES.get(name).unwrap_or_else(|| panic!("no message {name}"));
    let (plain, members): (Vec<_>, Vec<_>) =
        message.field.iter().partition(|field| field.oneof_index.is_none() || field.proto3_optional());
    for field in plain {
        let choice = choices.next().unwrap_or(0);
        let repeats = if field.label() == Label::Repeated { 3 } else { 1 };
        for _ in 0..(choice % 2 * repeats) {
            write_field(field, choices, depth, out);
        }
    }
    // No message has more than one oneof.
    let choice = usize::from(choices.next().unwrap_or(0));
    if let Some(member) = members.get(choice % (members.len() + 1)) {
        write_field(member, choices, depth, out);
    }
    if choices.next().unwrap_or(0) % 8 == 7 {
        // A field of a later release.
        write_bytes(9_999, b"later", out);
    }
}

fn write_field(
    field: &FieldDescriptorProto,
    choices: &mut impl Iterator<Item = u8>,
    depth: usize,
    out: &mut Vec<u8>,
) {
    let number = field.number().unsigned_abs();
    let choice = usize::from(choices.next().unwrap_or(0));
    match field.r#type() {
        Type::String => write_bytes(number, TEXTS[choice % TEXTS.len()].as_bytes(), out),
        Type::Bytes => write_bytes(number, &[0xff, 0][..choice % 3], out),
        Type::Message => {
            let mut inner = Vec::new();
            if depth > 0 {
                write(field.type_name(), choices, depth - 1, &mut inner);
            }
            write_bytes(number, &inner, out);
        }
        Type::Int32 | Type::Uint32 | Type::Int64 | Type::Bool | Type::Enum => {
            encode_varint(u64::from(number << 3), out);
            encode_varint(NUMBERS[choice % NUMBERS.len()], out);
        }
        other => panic!("the contract has no {other:?}"),
    }
}

fn write_bytes(number: u32, content: &[u8], out: &mut Vec<u8>) {
    encode_varint(u64::from(number << 3 | 2), out);
    encode_varint(content.len() as u64, out);
    out.extend(content);
}
