//! The host names that never name a public service. Says nothing about addresses.

/// Names that, with everything below them, belong to one machine, one network or one cloud.
const CLOSED: &[&str] = &[
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "home.arpa",
    "in-addr.arpa",
    "ip6.arpa",
    "svc",
    "cluster.local",
    "onion",
    "metadata.goog",
    "metadata.google.internal",
];

/// Why a normalised (lower case, ASCII) host name may not be called, in words for people.
pub(super) fn fault_of(name: &str) -> Option<&'static str> {
    if name.ends_with('.') {
        return Some("The host ends in a dot; leave the dot out.");
    }
    if CLOSED.iter().any(|closed| is_or_is_below(name, closed)) {
        return Some("The host is a name of a machine or a private network; give a public host name.");
    }
    if !name.contains('.') {
        return Some("The host is a single word; give a full public host name, such as labs.example.org.");
    }
    if name.len() > 253 || !name.split('.').all(is_label) {
        return Some("The host is not a well-formed host name.");
    }
    None
}

fn is_or_is_below(name: &str, closed: &str) -> bool {
    name.strip_suffix(closed).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
