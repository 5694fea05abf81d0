//! The API token, when the sidecar asks for one.
//! See docs/protocol.md, "API token".

use std::sync::Arc;

use tonic::Status;
use tonic::codegen::http::HeaderMap;

/// The metadata key, and HTTP header, that carries the token.
const API_TOKEN: &str = "dapr-api-token";

/// The token that every request must carry, if there is one.
#[derive(Clone, Default)]
pub(crate) struct Token(pub(crate) Option<Arc<str>>);

impl Token {
    /// Refuses a request without the right token.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), Status> {
        let Some(expected) = &self.0 else { return Ok(()) };
        match headers.get(API_TOKEN) {
            None => Err(Status::unauthenticated("missing api token in request metadata")),
            Some(given) if same(given.as_bytes(), expected.as_bytes()) => Ok(()),
            Some(_) => Err(Status::unauthenticated("authentication error: api token mismatch")),
        }
    }
}

/// Compares in a time that does not tell how much of the token was right.
fn same(given: &[u8], expected: &[u8]) -> bool {
    given.len() == expected.len()
        && given.iter().zip(expected).fold(0, |difference, (left, right)| difference | (left ^ right)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_token_opens() {
        let token = Token(Some("secret".into()));
        let check = |given: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(given) = given {
                headers.insert(API_TOKEN, given.parse().unwrap());
            }
            token.check(&headers).map_err(|status| status.message().to_owned())
        };
        assert_eq!(check(Some("secret")), Ok(()));
        assert_eq!(check(None).unwrap_err(), "missing api token in request metadata");
        for wrong in ["", "secre", "secrets", "Secret"] {
            assert_eq!(check(Some(wrong)).unwrap_err(), "authentication error: api token mismatch");
        }
    }

    #[test]
    fn without_a_token_everything_is_open() {
        assert!(Token::default().check(&HeaderMap::new()).is_ok());
    }
}
