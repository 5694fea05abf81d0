//! What a sidecar can do that no call of it shows.

/// The release of a sidecar, in its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Release {
    Dapr(u32, u32, u32),
    /// Dapr, built from what follows its last release.
    Edge,
    /// The embedded sidecar.
    Ours,
    /// It does not say, or in a form of its own.
    Unknown,
}

impl Release {
    pub(crate) fn parse(version: &str) -> Self {
        if version.starts_with("dacapo-sidecar") {
            return Self::Ours;
        }
        if version == "edge" {
            return Self::Edge;
        }
        // What follows a `-` tells candidates of one release apart.
        let numbers = version.trim_start_matches('v').split('-').next().unwrap_or_default();
        let mut numbers = numbers.split('.').map(str::parse::<u32>);
        match (numbers.next(), numbers.next(), numbers.next().unwrap_or(Ok(0))) {
            (Some(Ok(major)), Some(Ok(minor)), Ok(patch)) => Self::Dapr(major, minor, patch),
            _ => Self::Unknown,
        }
    }

    /// Whether it routes what clients ask of another app; those that cannot would act on their own app instead.
    pub(crate) fn routes_clients(self) -> bool {
        match self {
            Self::Dapr(major, minor, _) => (major, minor) >= (1, 19),
            Self::Edge => true,
            Self::Ours | Self::Unknown => false,
        }
    }

    /// Whether it starts detached workflows. Those that cannot would repeat the turn for ever.
    pub(crate) fn starts_detached(self) -> bool {
        match self {
            Self::Dapr(major, minor, patch) => (major, minor, patch) > (1, 18, 0),
            Self::Edge | Self::Ours | Self::Unknown => true,
        }
    }

    /// Whether it sends work to apps of other namespaces. Those that cannot look for the app in their own.
    pub(crate) fn routes_to_namespaces(self) -> bool {
        self.starts_detached()
    }

    /// Whether it can hold an instance that has no history yet. Dapr cannot: 1.17 ends over it, 1.18 never takes the
    /// instance up again (docs/protocol.md, "Versions and patches").
    pub(crate) fn stalls_first_turns(self) -> bool {
        self == Self::Ours
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_releases_that_route_client_requests_are_given_any() {
        for (version, routes) in [
            ("1.18.3", false),
            ("1.19.0", true),
            ("1.19.0-rc.1", true),
            ("v2.0", true),
            ("edge", true),
            ("dacapo-sidecar 0.1.0", false),
            ("", false),
        ] {
            assert_eq!(Release::parse(version).routes_clients(), routes, "{version}");
        }
    }

    #[test]
    fn only_releases_that_are_known_not_to_start_detached_workflows_are_not_asked_to() {
        for (version, starts) in [
            ("1.16.5", false),
            ("1.18.0", false),
            ("1.18.0-rc.2", false),
            ("1.18.1", true),
            ("1.19.0", true),
            ("edge", true),
            ("dacapo-sidecar 0.1.0", true),
            ("built on a Monday", true),
        ] {
            assert_eq!(Release::parse(version).starts_detached(), starts, "{version}");
        }
    }
}
