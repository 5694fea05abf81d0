//! The forms in which Dapr writes a sidecar's address.

use crate::RuntimeError;

pub(super) const ENDPOINT_VARIABLE: &str = "DAPR_GRPC_ENDPOINT";
const PORT_VARIABLE: &str = "DAPR_GRPC_PORT";
const HOST_VARIABLE: &str = "DAPR_RUNTIME_HOST";
const DEFAULT_HOST: &str = "127.0.0.1";
const DEFAULT_PORT: &str = "50001";
/// What all Dapr SDKs assume for an address without a port, whatever its scheme.
const PORT_OF_ADDRESS: u16 = 443;

/// An address that has been understood.
#[derive(Debug)]
pub(super) struct Address {
    /// Where it was written, for errors.
    setting: String,
    written: String,
    pub(super) uri: String,
    pub(super) tls: bool,
}

impl Address {
    pub(super) fn from_variables(variable: &impl Fn(&str) -> Option<String>) -> Result<Self, RuntimeError> {
        if let Some(endpoint) = variable(ENDPOINT_VARIABLE) {
            return Self::parse(ENDPOINT_VARIABLE, &endpoint);
        }
        let port = variable(PORT_VARIABLE).unwrap_or_else(|| DEFAULT_PORT.to_owned());
        port_number(&port).map_err(|reason| invalid(PORT_VARIABLE, &port, reason))?;
        let host = variable(HOST_VARIABLE).unwrap_or_else(|| DEFAULT_HOST.to_owned());
        let uri = format!("http://{}:{port}", bracketed(&host));
        Ok(Self { setting: HOST_VARIABLE.to_owned(), written: host, uri, tls: false })
    }

    pub(super) fn parse(setting: &str, written: &str) -> Result<Self, RuntimeError> {
        let (uri, tls) = understand(written.trim()).map_err(|reason| invalid(setting, written, reason))?;
        Ok(Self { setting: setting.to_owned(), written: written.to_owned(), uri, tls })
    }

    pub(super) fn invalid(&self, reason: String) -> RuntimeError {
        invalid(&self.setting, &self.written, reason)
    }
}

fn invalid(setting: &str, value: &str, reason: String) -> RuntimeError {
    let reason = format!(
        "{reason}; addresses are written like `http://127.0.0.1:50001`, `https://dapr.example:443` or `dns:dapr:50001`, \
         ports like `50001`"
    );
    RuntimeError::InvalidEndpoint { setting: setting.to_owned(), value: value.to_owned(), reason }
}

/// The URI to connect to, and whether with TLS.
fn understand(address: &str) -> Result<(String, bool), String> {
    if address.starts_with("unix:") {
        return Ok((address.to_owned(), false));
    }
    let (scheme, rest) = split_scheme(address)?;
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    let tls = match (scheme, query) {
        (Scheme::Plain, None) => false,
        (Scheme::Tls, None) => true,
        (Scheme::Name, query) => tls_of(query)?,
        (Scheme::Plain | Scheme::Tls, Some(_)) => {
            return Err("`?tls=` goes with addresses that have no http scheme".into());
        }
    };
    let (host, port) = host_and_port(rest.strip_suffix('/').unwrap_or(rest))?;
    Ok((format!("{}://{host}:{port}", if tls { "https" } else { "http" }), tls))
}

#[derive(Clone, Copy)]
enum Scheme {
    Plain,
    Tls,
    /// `dns:` or none at all.
    Name,
}

fn split_scheme(address: &str) -> Result<(Scheme, &str), String> {
    if let Some(rest) = address.strip_prefix("dns:") {
        return match rest.strip_prefix("//") {
            None => Ok((Scheme::Name, rest)),
            Some(rest) => match rest.split_once('/') {
                Some(("", host)) => Ok((Scheme::Name, host)),
                _ => Err("names are resolved by the operating system, so `dns://` takes no server: write `dns:host:port`".into()),
            },
        };
    }
    match address.split_once("://") {
        None => Ok((Scheme::Name, address)),
        Some(("http" | "grpc", rest)) => Ok((Scheme::Plain, rest)),
        Some(("https" | "grpcs", rest)) => Ok((Scheme::Tls, rest)),
        Some((scheme, _)) => Err(format!("the scheme `{scheme}` is not known")),
    }
}

fn tls_of(query: Option<&str>) -> Result<bool, String> {
    match query {
        None | Some("tls=false") => Ok(false),
        Some("tls=true") => Ok(true),
        Some(other) => Err(format!("`?{other}` is neither `?tls=true` nor `?tls=false`")),
    }
}

fn host_and_port(text: &str) -> Result<(String, u16), String> {
    if text.contains('/') {
        return Err("it has a path, and a sidecar has none".into());
    }
    // The colons of an IPv6 address are not before a port.
    let split = text
        .rsplit_once(':')
        .filter(|(host, port)| !port.ends_with(']') && (!host.contains(':') || host.ends_with(']')));
    let (host, port) = match split {
        Some((host, port)) => (host, port_number(port)?),
        None => (text, PORT_OF_ADDRESS),
    };
    Ok((if host.is_empty() { "localhost".to_owned() } else { bracketed(host) }, port))
}

fn port_number(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(format!("`{text}` is not a port between 1 and 65535")),
    }
}

fn bracketed(host: &str) -> String {
    if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, uri: &str) {
        let address = Address::parse("test", written).unwrap();
        assert_eq!(address.uri, uri);
        assert_eq!(address.tls, uri.starts_with("https:"));
    }

    #[track_caller]
    fn check_refused(written: &str, because: &str) {
        let text = Address::parse("SETTING", written).unwrap_err().to_string();
        assert!(text.contains("SETTING") && text.contains(because), "{text}");
    }

    #[test]
    fn every_form_that_dapr_documents_is_understood() {
        check("myhost", "http://myhost:443");
        check("myhost:5000", "http://myhost:5000");
        check(":5000", "http://localhost:5000");
        check("myhost:5000?tls=true", "https://myhost:5000");
        check("myhost?tls=false", "http://myhost:443");
        check("http://myhost:5000", "http://myhost:5000");
        check("http://myhost:5000/", "http://myhost:5000");
        check("grpc://myhost", "http://myhost:443");
        check("https://myhost", "https://myhost:443");
        check("grpcs://myhost:5000", "https://myhost:5000");
        check("dns:myhost:5000", "http://myhost:5000");
        check("dns:myhost:5000?tls=true", "https://myhost:5000");
        check("dns:///myhost:5000", "http://myhost:5000");
        check(" 10.0.0.1:50001 ", "http://10.0.0.1:50001");
        check("[::1]:5000", "http://[::1]:5000");
        check("http://[2001:db8::1]:5000", "http://[2001:db8::1]:5000");
        check("[::1]", "http://[::1]:443");
        check("2001:db8::1", "http://[2001:db8::1]:443");
        check("unix:/run/dapr.sock", "unix:/run/dapr.sock");
    }

    #[test]
    fn other_forms_are_refused_with_the_reason() {
        check_refused("ftp://myhost:21", "scheme `ftp`");
        check_refused("myhost:port", "`port` is not a port");
        check_refused("myhost:0", "between 1 and 65535");
        check_refused("myhost:65536", "between 1 and 65535");
        check_refused("https://myhost:443/v1.0", "has a path");
        check_refused("https://myhost?tls=true", "`?tls=` goes with");
        check_refused("myhost?tls=yes", "neither");
        check_refused("dns://8.8.8.8/myhost:5000", "takes no server");
    }
}
