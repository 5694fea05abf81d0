//! Reads the members of a message one after the other.

/// Reads the members of a message one after the other. Every `None` of its methods means: not here.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    /// The members that were there, by number.
    seen: u32,
}

/// What announces a member: its number, and whether it is a number or bytes.
pub(super) mod tag {
    pub(crate) const NUMBER_1: u32 = number(1);
    pub(crate) const NUMBER_2: u32 = number(2);
    pub(crate) const NUMBER_7: u32 = number(7);
    pub(crate) const BYTES_1: u32 = bytes(1);
    pub(crate) const BYTES_2: u32 = bytes(2);
    pub(crate) const BYTES_3: u32 = bytes(3);
    pub(crate) const BYTES_4: u32 = bytes(4);
    pub(crate) const BYTES_5: u32 = bytes(5);
    pub(crate) const BYTES_6: u32 = bytes(6);
    pub(crate) const BYTES_7: u32 = bytes(7);
    pub(crate) const BYTES_9: u32 = bytes(9);
    pub(crate) const BYTES_10: u32 = bytes(10);
    pub(crate) const BYTES_12: u32 = bytes(12);
    pub(crate) const BYTES_13: u32 = bytes(13);
    pub(crate) const BYTES_14: u32 = bytes(14);
    pub(crate) const BYTES_17: u32 = bytes(17);
    pub(crate) const BYTES_30: u32 = bytes(30);

    const fn number(number: u32) -> u32 {
        number << 3
    }

    const fn bytes(number: u32) -> u32 {
        number << 3 | 2
    }
}

// Inlined always: a replay spends a good part of its time in these few lines.
impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, seen: 0 }
    }

    /// The tag of the next member, `Some(None)` after the last one. A member that was there before is not for here,
    /// nor is one of a number above all that are.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Option<Option<u32>> {
        if self.rest.is_empty() {
            return Some(None);
        }
        let tag = u32::try_from(self.varint()?).ok()?;
        let bit = 1_u32.checked_shl(tag >> 3)?;
        if self.seen & bit != 0 {
            return None;
        }
        self.seen |= bit;
        Some(Some(tag))
    }

    #[inline(always)]
    pub(super) fn int64(&mut self) -> Option<i64> {
        self.varint().map(u64::cast_signed)
    }

    #[inline(always)]
    pub(super) fn int32(&mut self) -> Option<i32> {
        // A negative number travels as 64 bits; of all of them the lower half counts.
        self.varint().map(|number| number as i32)
    }

    #[inline(always)]
    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.varint()?).ok()?;
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }

    #[inline(always)]
    pub(super) fn text(&mut self) -> Option<&'a str> {
        core::str::from_utf8(self.bytes()?).ok()
    }

    /// A number of up to 64 bits, seven a byte, the lowest first.
    #[inline(always)]
    fn varint(&mut self) -> Option<u64> {
        match *self.rest {
            [byte @ 0..0x80, ref rest @ ..] => {
                self.rest = rest;
                Some(byte.into())
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Option<u64> {
        let (mut number, mut rest) = (0, self.rest);
        for shift in (0..63).step_by(7) {
            let (byte, after) = rest.split_first()?;
            rest = after;
            number |= u64::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                self.rest = rest;
                return Some(number);
            }
        }
        // Of the tenth byte only the lowest bit has room.
        let (byte, after) = rest.split_first().filter(|(byte, _)| **byte <= 1)?;
        self.rest = after;
        Some(number | u64::from(*byte) << 63)
    }
}
