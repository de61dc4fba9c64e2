//! The addresses that are nobody's public service, as a table: range and class. The first match counts, so that
//! a narrow range stands before the wide one it lies in. Source: the IANA special-purpose registries, and what
//! the cloud providers publish of their metadata services.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

use super::Class;

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::from_octets(octets), prefix)
}

const fn v6(segments: [u16; 8], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::from_segments(segments), prefix)
}

/// IPv4: all that is not listed is public.
const V4: &[(Ipv4Net, Class)] = &[
    (v4([169, 254, 169, 254], 32), Class::Metadata), // AWS, Google, Azure, Oracle, DigitalOcean
    (v4([169, 254, 170, 2], 32), Class::Metadata),   // AWS ECS
    (v4([169, 254, 170, 23], 32), Class::Metadata),  // AWS EKS
    (v4([100, 100, 100, 200], 32), Class::Metadata), // Alibaba
    (v4([192, 0, 0, 192], 32), Class::Metadata),     // Oracle, older
    (v4([168, 63, 129, 16], 32), Class::Metadata),   // Azure wire server, a public address
    (v4([0, 0, 0, 0], 32), Class::Unspecified),
    (v4([0, 0, 0, 0], 8), Class::Reserved),
    (v4([10, 0, 0, 0], 8), Class::Private),
    (v4([100, 64, 0, 0], 10), Class::CarrierNat),
    (v4([127, 0, 0, 0], 8), Class::Loopback),
    (v4([169, 254, 0, 0], 16), Class::LinkLocal),
    (v4([172, 16, 0, 0], 12), Class::Private),
    (v4([192, 0, 0, 0], 24), Class::Reserved),
    (v4([192, 0, 2, 0], 24), Class::Documentation),
    (v4([192, 31, 196, 0], 24), Class::Reserved),
    (v4([192, 52, 193, 0], 24), Class::Reserved),
    (v4([192, 88, 99, 0], 24), Class::Reserved),
    (v4([192, 168, 0, 0], 16), Class::Private),
    (v4([192, 175, 48, 0], 24), Class::Reserved),
    (v4([198, 18, 0, 0], 15), Class::Reserved),
    (v4([198, 51, 100, 0], 24), Class::Documentation),
    (v4([203, 0, 113, 0], 24), Class::Documentation),
    (v4([224, 0, 0, 0], 4), Class::Multicast),
    (v4([240, 0, 0, 0], 4), Class::Reserved),
];

/// IPv6: what is not listed is public inside of [`GLOBAL_UNICAST`] and reserved outside of it.
const V6: &[(Ipv6Net, Class)] = &[
    (v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254], 128), Class::Metadata), // AWS
    (v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23], 128), Class::Metadata),  // AWS EKS
    (v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], 128), Class::Metadata),  // Google
    (v6([0; 8], 128), Class::Unspecified),
    (v6([0, 0, 0, 0, 0, 0, 0, 1], 128), Class::Loopback),
    (v6([0; 8], 96), Class::Embedded),                           // ::a.b.c.d
    (v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96), Class::Embedded),    // ::ffff:a.b.c.d
    (v6([0, 0, 0, 0, 0xffff, 0, 0, 0], 96), Class::Embedded),    // SIIT
    (v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96), Class::Embedded), // NAT64
    (v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48), Class::Embedded), // NAT64, local use
    (v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32), Class::Embedded),    // Teredo
    (v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), Class::Embedded),    // 6to4
    (v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), Class::Reserved),    // benchmarking, ORCHID, anycast
    (v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), Class::Documentation),
    (v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), Class::Documentation),
    (v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48), Class::Reserved),
    (v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7), Class::Private),
    (v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), Class::LinkLocal),
    (v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10), Class::Private),
    (v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), Class::Multicast),
];

/// The only part of IPv6 that is handed out for public use.
const GLOBAL_UNICAST: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// The class of an address that is not public; `None` for a public one.
pub(super) fn class_of(address: IpAddr) -> Option<Class> {
    match address {
        IpAddr::V4(address) => V4.iter().find(|(range, _)| range.contains(&address)).map(|(_, class)| *class),
        IpAddr::V6(address) => V6
            .iter()
            .find(|(range, _)| range.contains(&address))
            .map(|(_, class)| *class)
            .or_else(|| (!GLOBAL_UNICAST.contains(&address)).then_some(Class::Reserved)),
    }
}
