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

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

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
