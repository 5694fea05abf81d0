//! Texts that are made while the compiler evaluates constants.

/// A text of at most `N` bytes; what does not fit is left out.
#[derive(Clone, Copy)]
pub(crate) struct Text<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Text<N> {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; N], length: 0 }
    }

    /// The text with `more` behind it, whole or not at all.
    pub(crate) const fn push(mut self, more: &str) -> Self {
        let more = more.as_bytes();
        if self.length + more.len() <= N {
            let mut index = 0;
            while index < more.len() {
                self.bytes[self.length + index] = more[index];
                index += 1;
            }
            self.length += more.len();
        }
        self
    }

    /// The text with sixteen hexadecimal digits behind it.
    pub(crate) const fn push_hex(mut self, number: u64) -> Self {
        if self.length + 16 <= N {
            let mut digit = 0;
            while digit < 16 {
                let four_bits = (number >> (60 - 4 * digit)) & 15;
                self.bytes[self.length] = b"0123456789abcdef"[four_bits as usize];
                self.length += 1;
                digit += 1;
            }
        }
        self
    }

    pub(crate) const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            // Whole texts were put together.
            Err(_) => "",
        }
    }
}

pub(crate) const fn is_same(one: &str, other: &str) -> bool {
    equal(one.as_bytes(), other.as_bytes(), false)
}

pub(crate) const fn is_same_without_case(one: &str, other: &str) -> bool {
    equal(one.as_bytes(), other.as_bytes(), true)
}

const fn equal(one: &[u8], other: &[u8], without_case: bool) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        let (a, b) = (one[index], other[index]);
        if a != b && !(without_case && a.eq_ignore_ascii_case(&b)) {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out_whole() {
        let text = Text::<20>::new().push("steps ").push("of a workflow with a long name").push("é");
        assert_eq!(text.as_str(), "steps é");
        assert_eq!(Text::<16>::new().push_hex(0x0123_4567_89ab_cdef).as_str(), "0123456789abcdef");
        assert_eq!(Text::<15>::new().push_hex(1).as_str(), "");
    }

    #[test]
    fn texts_are_compared_by_their_bytes_and_event_names_without_case() {
        assert!(is_same("order", "order") && !is_same("order", "Order") && !is_same("order", "orders"));
        assert!(is_same_without_case("Approval", "approval") && !is_same_without_case("é", "É"));
    }
}
