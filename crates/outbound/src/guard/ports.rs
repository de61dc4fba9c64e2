//! The ports that Waypost calls: 80, 443, and from 1024 on all but those of well-known services that do not
//! serve the web to strangers. Source: the "bad ports" of the Fetch standard, and vendors' manuals.

/// From 1024 on, sorted.
const CLOSED: &[u16] = &[
    1433, 1434, 1521, 1719, 1720, 1723, 2049, 2181, 2375, 2376, 2377, 2379, 2380, 3260, 3268, 3269, 3306,
    3389, 3659, 4045, 4190, 4369, 4646, 5060, 5061, 5432, 5555, 5671, 5672, 5900, 5901, 5984, 5985, 5986,
    6000, 6066, 6379, 6380, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 7000, 7001, 7077, 7199,
    7473, 7474, 7687, 8086, 8200, 8300, 8301, 8302, 8500, 8501, 8600, 9042, 9092, 9160, 9200, 9300, 9418,
    10080, 10248, 10249, 10250, 10255, 10256, 10257, 10259, 11211, 11434, 15672, 16379, 25672, 26257, 26379,
    27017, 27018, 27019, 28015, 28017,
];

/// Whether a URL may name this port.
pub(super) fn is_open(port: u16) -> bool {
    match port {
        80 | 443 => true,
        0..1024 => false,
        _ => CLOSED.binary_search(&port).is_err(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_ports_is_sorted() {
        assert!(CLOSED.is_sorted());
    }
}
