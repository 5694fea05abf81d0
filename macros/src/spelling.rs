//! How tokens are shown in messages.

use quote::ToTokens;

/// The tokens as a person would write them: `Result<Vec<u8>, Error>`, `&str`, `std::time::Instant::now`.
///
/// Printers put spaces between tokens differently inside and outside the compiler.
pub(crate) fn spelled(tokens: impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (from, to) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" ::", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" ,", ","),
        ("' ", "'"),
        ("( ", "("),
        (" )", ")"),
        (" !", "!"),
    ] {
        text = text.replace(from, to);
    }
    text
}

/// The tokens with spaces only where two words would meet: the same text from every printer, for what is kept.
pub(crate) fn compact(tokens: impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut compact = String::new();
    for part in text.split_whitespace() {
        let meet = compact.ends_with(is_word) && part.starts_with(|c| is_word(c) || c == '"');
        if meet || compact.ends_with(',') {
            compact.push(' ');
        }
        compact.push_str(part);
    }
    compact
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn a_text_that_is_kept_does_not_depend_on_the_printer() {
        assert_eq!(compact(quote!(RetryPolicy::new(3).backoff(2.0))), "RetryPolicy::new(3).backoff(2.0)");
        assert_eq!(compact(quote!(Result<Vec<u8>, dyn Error>)), "Result<Vec<u8>, dyn Error>");
    }

    #[test]
    fn tokens_are_shown_as_written() {
        let cases = [
            (quote!(Result<Vec<u8>, Error>), "Result<Vec<u8>, Error>"),
            (quote!(::std::time::Instant::now), "::std::time::Instant::now"),
            (quote!(&'static str), "&'static str"),
            (quote!((u8, String)), "(u8, String)"),
        ];
        for (tokens, expected) in cases {
            assert_eq!(spelled(tokens), expected);
        }
    }
}
