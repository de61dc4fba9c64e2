//! What the guard refuses, and what it lets through.

use std::net::{IpAddr, SocketAddr};

use domain::{endpoint::Endpoint, fault::FaultCode};
use outbound::guard::{Class, Guard, GuardSettings};

use crate::support::{endpoint, guard};

/// Each is refused, by the parser of URLs or by the guard.
const HOSTILE: &[&str] = &[
    // this machine, in every spelling of a number
    "http://127.0.0.1/",
    "http://127.0.0.1:8080/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7F.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.0x0.1/",
    "http://127.255.255.254/",
    "http://127.0.0.1./",
    "http://0/",
    "http://0.0.0.0/",
    "http://0x0/",
    "http://00000177.1/",
    "http://%31%32%37.0.0.1/",
    "http://%30x7f000001/",
    // full-width and circled digits, ideographic dots
    "http://１２７.０.０.１/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://１２７．０．０．１/",
    "http://ｌｏｃａｌｈｏｓｔ/",
    "http://ⓛocalhost/",
    "http://locaLhoſt/",
    // its names
    "http://localhost/",
    "http://LOCALHOST/",
    "http://LocalHost:8080/",
    "http://localhost./",
    "http://app.localhost/",
    "http://APP.LOCALHOST:9000/",
    "http://localhost.localdomain/",
    "http://l%6fcalhost/",
    // IPv6
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:FFFF:7F00:0001]/",
    "http://[::127.0.0.1]/",
    "http://[::7f00:1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[::ffff:8.8.8.8]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::8.8.8.8]/",
    "http://[64:ff9b:1::a9fe:a9fe]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:7f00:1::1]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[2002:c0a8:101::1]/",
    "http://[2001:0:7f00:1::1]/",
    "http://[2001::80ff:fffe]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://[2001:2::1]/",
    "http://[2001:10::1]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[100::1]/",
    "http://[5f00::1]/",
    "http://[fc00::1]/",
    "http://[fd12:3456:789a::1]/",
    "http://[fe80::1]/",
    "http://[FEBF::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[ff0e::1]/",
    "http://[4000::1]/",
    "http://[2620:4f:8000::1]/",
    // private, shared, link-local, documentation, multicast, reserved
    "http://10.0.0.1/",
    "http://10.255.255.255/",
    "http://0xa000001/",
    "http://012.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.0.1/",
    "http://192.168.1.1:8443/",
    "http://3232235777/",
    "http://100.64.0.1/",
    "http://100.127.255.255/",
    "http://169.254.0.1/",
    "http://192.0.0.1/",
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://192.31.196.1/",
    "http://192.52.193.1/",
    "http://192.175.48.1/",
    "http://198.18.0.1/",
    "http://198.19.255.255/",
    "http://198.51.100.7/",
    "http://203.0.113.9/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://0.1.2.3/",
    // cloud metadata
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0xA9.0xFE.0xA9.0xFE/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://169.254.170.2/",
    "http://169.254.170.23/",
    "http://100.100.100.200/",
    "http://192.0.0.192/",
    "http://168.63.129.16/",
    "http://[fd00:ec2::254]/",
    "http://[fd00:ec2::23]/",
    "http://[fd20:ce::254]/",
    "http://metadata.google.internal/",
    "http://METADATA.google.INTERNAL/",
    "http://metadata.google.internal./",
    "http://metadata.goog/",
    "http://metadata/",
    "http://instance-data/",
    "http://instance-data.ec2.internal/",
    // names of private networks, and what is no full name
    "http://printer.local/",
    "http://vault.internal/",
    "http://wiki.intranet/",
    "http://nas.lan/",
    "http://router.home.arpa/",
    "http://api.default.svc/",
    "http://api.default.svc.cluster.local/",
    "http://kubernetes.default.svc/",
    "http://abcdefgh.onion/",
    "http://intranet/",
    "http://db/",
    "http://com/",
    "http://example.org./",
    "http://example.org../",
    "http://labs..example.org/",
    "http://.example.org/",
    "http://-labs.example.org/",
    "http://labs-.example.org/",
    "http://a*b.example.org/",
    "http://1.2.3.4.5/",
    "http://256.256.256.256/",
    "http://1.2.3.08/",
    "http://[example.org]/",
    "http://[::1%25eth0]/",
    // user info, other schemes, tricks of spelling
    "http://example.org@127.0.0.1/",
    "http://user:pw@example.org/",
    "http://127.0.0.1#@example.org/",
    "http://127.0.0.1\\@example.org/",
    "http://example.org\\.127.0.0.1/",
    "http:/127.0.0.1/",
    "http:127.0.0.1/",
    "//127.0.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "ftp://example.org/",
    "HTTP://LOCALHOST",
    "http://exam\u{9}ple.org/",
    "http://example.org\r\nhost: x/",
    " http://example.org/",
    "http://example.org:port/",
    // ports
    "https://example.org:0/",
    "https://example.org:21/",
    "https://example.org:22/",
    "https://example.org:25/",
    "https://example.org:53/",
    "https://example.org:110/",
    "https://example.org:389/",
    "https://example.org:445/",
    "https://example.org:587/",
    "https://example.org:636/",
    "https://example.org:1023/",
    "https://example.org:2375/",
    "https://example.org:2379/",
    "https://example.org:3306/",
    "https://example.org:5432/",
    "https://example.org:6379/",
    "https://example.org:6443/",
    "https://example.org:8500/",
    "https://example.org:9200/",
    "https://example.org:10250/",
    "https://example.org:11211/",
    "https://example.org:27017/",
    "https://8.8.8.8:22/",
    "https://example.org:65536/",
];

const PUBLIC: &[&str] = &[
    "https://example.org/",
    "https://labs.example.org/in?x=1",
    "https://LABS.Example.ORG",
    "http://example.org/",
    "https://example.org:8443/",
    "https://example.org:9000/",
    "https://example.org:3000/",
    "http://example.org:8080/",
    "https://bücher.example/",
    "https://xn--bcher-kva.example/",
    "https://a_b.example.org/",
    "https://8.8.8.8/",
    "https://1.1.1.1:8443/",
    "https://134744072/",
    "https://[2606:4700:4700::1111]/",
    "https://[2a00:1450:4001::1]:9000/",
    "https://172.32.0.1/",
    "https://100.128.0.1/",
    "https://192.0.1.1/",
    "https://11.0.0.1/",
    "https://localhost.example.org/",
    "https://internal.example.org/",
    "https://mylocal.example/",
];

#[test]
fn every_hostile_url_is_refused() {
    assert!(HOSTILE.len() >= 80);
    let guard = guard(&[]);
    for text in HOSTILE {
        let Ok(endpoint) = Endpoint::parse(text) else { continue };
        let verdict = guard.check_static(&endpoint);
        assert_eq!(
            verdict.map_err(|flaw| flaw.code),
            Err(FaultCode::AddressNotAllowed),
            "{text} as {endpoint}"
        );
    }
}

#[test]
fn public_hosts_may_be_called() {
    for text in PUBLIC {
        assert_eq!(guard(&[]).check_static(&endpoint(text)), Ok(()), "{text}");
    }
}

#[test]
fn a_refusal_names_the_class_and_never_the_address() {
    for (text, class) in [
        ("http://127.8.9.7/", "loopback"),
        ("http://10.20.30.40/", "private"),
        ("http://169.254.77.66/", "link-local"),
        ("http://100.64.55.44/", "carrier-grade NAT"),
        ("http://169.254.169.254/", "cloud metadata"),
        ("http://[::ffff:8.8.8.8]/", "IPv4-in-IPv6"),
        ("http://224.1.2.3/", "multicast"),
        ("http://250.1.2.3/", "reserved"),
    ] {
        let detail = guard(&[]).check_static(&endpoint(text)).unwrap_err().detail;
        assert!(detail.contains(class), "{detail}");
        assert!(!detail.contains(|c: char| c.is_ascii_digit()) || class == "IPv4-in-IPv6", "{detail}");
    }
}

#[test]
fn an_allowed_network_opens_its_own_addresses_and_no_others() {
    let guard = guard(&["127.0.0.1/32", "10.1.0.0/16", "fd12::/16", "0.0.0.0/32"]);
    let judge = |text: &str| guard.judge(text.parse().unwrap());
    for open in ["127.0.0.1", "10.1.255.1", "fd12::7", "8.8.8.8"] {
        assert_eq!(judge(open), Ok(()), "{open}");
    }
    for (closed, class) in [
        ("127.0.0.2", Class::Loopback),
        ("10.2.0.1", Class::Private),
        ("::1", Class::Loopback),
        ("fd13::1", Class::Private),
        ("::ffff:127.0.0.1", Class::Embedded),
        ("::ffff:10.1.0.1", Class::Embedded),
        ("2002:a01:1::", Class::Embedded),
        ("64:ff9b::10.1.0.1", Class::Embedded),
        ("192.168.0.1", Class::Private),
    ] {
        assert_eq!(judge(closed), Err(class), "{closed}");
    }
}

#[test]
fn metadata_and_embedded_addresses_stay_closed_even_when_everything_is_allowed() {
    let guard = guard(&["0.0.0.0/0", "::/0"]);
    for address in [
        "169.254.169.254",
        "169.254.170.2",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
        "::ffff:8.8.8.8",
        "2002:808:808::",
        "64:ff9b::8.8.8.8",
        "2001:0:1::1",
    ] {
        assert!(guard.judge(address.parse::<IpAddr>().unwrap()).is_err(), "{address}");
    }
    assert_eq!(guard.check_static(&endpoint("http://10.0.0.1:9000/")), Ok(()));
}

#[test]
fn localhost_is_open_when_loopback_is() {
    let url = endpoint("http://localhost:9000/in");
    assert!(guard(&["10.0.0.0/8"]).check_static(&url).is_err());
    assert_eq!(guard(&["127.0.0.0/8"]).check_static(&url), Ok(()));
    assert_eq!(guard(&["::1/128"]).check_static(&url), Ok(()));
    for other in ["http://app.localhost:9000/", "http://localhost.:9000/", "http://localhost:6379/"] {
        assert!(guard(&["127.0.0.0/8"]).check_static(&endpoint(other)).is_err(), "{other}");
    }
}

#[test]
fn the_service_does_not_call_itself() {
    let guard_of = |own: &str| {
        let own_sockets = vec![own.parse::<SocketAddr>().unwrap()];
        Guard::new(GuardSettings {
            allowed_networks: vec!["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()],
            own_sockets,
        })
    };
    for (own, url) in [
        ("127.0.0.1:8080", "http://127.0.0.1:8080/"),
        ("127.0.0.1:8080", "http://localhost:8080/"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080/"),
        ("0.0.0.0:8080", "http://127.9.9.9:8080/"),
        ("[::]:8080", "http://[::1]:8080/"),
        ("[::]:8080", "http://127.0.0.1:8080/"),
        ("127.0.0.1:8080", "http://0.0.0.0:8080/"),
        ("10.1.2.3:8080", "http://10.1.2.3:8080/"),
        ("8.8.8.8:443", "https://8.8.8.8/"),
    ] {
        assert!(guard_of(own).check_static(&endpoint(url)).is_err(), "{own} {url}");
    }
    assert_eq!(guard_of("0.0.0.0:8080").check_static(&endpoint("http://127.0.0.1:8081/")), Ok(()));
}

#[test]
fn every_address_outside_of_the_public_ones_has_a_class() {
    let guard = guard(&[]);
    for first in 0..=255_u8 {
        let judged = guard.judge(IpAddr::from([first, 1, 1, 1]));
        let is_public = !matches!(first, 0 | 10 | 127 | 224..=255);
        assert_eq!(judged.is_ok(), is_public, "{first}");
    }
    for first in 0..=0xff_u16 {
        let judged = guard.judge(IpAddr::from([first << 8 | 0x11, 1, 1, 1, 1, 1, 1, 1]));
        assert_eq!(judged.is_ok(), (0x20..0x40).contains(&first), "{first:x}");
    }
}
