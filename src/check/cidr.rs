//! Ranges of addresses, as kops reads them.

use std::fmt;
use std::net::IpAddr;

/// A range of IPv4 or IPv6 addresses, such as `172.20.0.0/16`. Bits after the prefix are zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Cidr {
    address: IpAddr,
    prefix: u8,
}

/// Why a text is no range that kops takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CidrError {
    /// An address without a prefix: the range that has just this address.
    NoPrefix(Cidr),
    /// An address with bits set after the prefix: the range that it lies in.
    BitsOutside(Cidr),
    /// Anything else.
    Unreadable,
}

impl Cidr {
    /// Reads a text such as `172.20.0.0/16` or `2001:db8::/32`, without leading zeros or spaces.
    pub fn parse(text: &str) -> Result<Self, CidrError> {
        let (range, address) = Self::parse_lenient(text)?;
        if range.address == address { Ok(range) } else { Err(CidrError::BitsOutside(range)) }
    }

    /// The range that an address with a prefix lies in, whatever bits are set after the prefix.
    pub fn around(text: &str) -> Option<Self> {
        Self::parse_lenient(text).ok().map(|(range, _)| range)
    }

    fn parse_lenient(text: &str) -> Result<(Self, IpAddr), CidrError> {
        let Some((address, prefix)) = text.split_once('/') else {
            let alone = text.parse().map_err(|_| CidrError::Unreadable)?;
            return Err(CidrError::NoPrefix(Self { address: alone, prefix: bits(alone) }));
        };
        let address: IpAddr = address.parse().map_err(|_| CidrError::Unreadable)?;
        // A sign is legal for Rust's parser, but not for Go's.
        let is_number = prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix = prefix.parse().ok().filter(|prefix| is_number && *prefix <= bits(address));
        let prefix = prefix.ok_or(CidrError::Unreadable)?;
        Ok((Self { address: masked(address, prefix), prefix }, address))
    }

    /// Whether it is a range of IPv6 addresses.
    pub fn is_ipv6(self) -> bool {
        self.address.is_ipv6()
    }

    /// How many bits all its addresses have in common.
    pub fn prefix(self) -> u8 {
        self.prefix
    }

    /// Whether it begins in a range that is set apart for private use.
    pub fn is_private(self) -> bool {
        match self.address {
            IpAddr::V4(address) => address.is_private(),
            IpAddr::V6(address) => address.is_unique_local(),
        }
    }

    /// Whether an address lies in it.
    pub fn holds_address(self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4() && masked(address, self.prefix) == self.address
    }

    /// Whether all of another range lies in it.
    pub fn holds(self, other: Self) -> bool {
        self.prefix <= other.prefix && self.holds_address(other.address)
    }

    /// Whether the two have an address in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.holds(other) || other.holds(self)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.address, self.prefix)
    }
}

/// How many bits an address has.
fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The address with only the first bits left.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
            IpAddr::V4((v4.to_bits() & mask).into())
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix.min(128))).unwrap_or(0);
            IpAddr::V6((v6.to_bits() & mask).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cidr, CidrError};

    fn range(text: &str) -> Cidr {
        Cidr::parse(text).expect(text)
    }

    #[test]
    fn reads_ranges_of_both_kinds() {
        for text in ["0.0.0.0/0", "10.0.0.0/8", "203.0.113.7/32", "::/0", "2001:db8::/32"] {
            assert_eq!(range(text).to_string(), text);
        }
        assert_eq!(range("10.0.0.0/08"), range("10.0.0.0/8"));
        assert!(range("::/0").is_ipv6() && !range("0.0.0.0/0").is_ipv6());
    }

    #[test]
    fn refuses_what_kops_refuses() {
        let bad = ["", "/", "x", "10.0.0/8", "10.0.0.0 /8", "010.0.0.0/8", "256.0.0.0/8"];
        let worse =
            ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/", "::/129", "10.0.0.0/8/8"];
        for text in bad.into_iter().chain(worse).chain(["10.0.0.0/99999999999", "fe80::%1/64"]) {
            assert_eq!(Cidr::parse(text), Err(CidrError::Unreadable), "{text}");
        }
        assert_eq!(Cidr::parse("1.2.3.4"), Err(CidrError::NoPrefix(range("1.2.3.4/32"))));
        assert_eq!(Cidr::parse("::1"), Err(CidrError::NoPrefix(range("::1/128"))));
        assert_eq!(Cidr::parse("10.1.0.0/8"), Err(CidrError::BitsOutside(range("10.0.0.0/8"))));
        assert_eq!(Cidr::parse("::1/64"), Err(CidrError::BitsOutside(range("::/64"))));
        assert_eq!(Cidr::around("10.1.0.0/8"), Some(range("10.0.0.0/8")));
    }

    #[test]
    fn knows_what_lies_in_what() {
        assert!(range("10.0.0.0/8").holds(range("10.1.0.0/16")));
        assert!(range("10.0.0.0/8").holds(range("10.0.0.0/8")));
        assert!(!range("10.1.0.0/16").holds(range("10.0.0.0/8")));
        assert!(range("10.1.0.0/16").overlaps(range("10.0.0.0/8")));
        assert!(!range("10.0.0.0/16").overlaps(range("10.1.0.0/16")));
        assert!(!range("::/0").overlaps(range("0.0.0.0/0")));
        assert!(!range("0.0.0.0/0").holds_address("::1".parse().expect("an address")));
        assert!(range("0.0.0.0/0").holds_address("255.1.2.3".parse().expect("an address")));
        assert!(range("::/128").holds(range("::/128")));
    }
}
