//! Digests and signatures of bytes.

use super::encoding::base64;
use hmac::{Hmac, KeyInit, Mac};
use md5::Digest as _;
use sha2::Sha256;

/// The header `Content-MD5` of some content.
pub(in crate::store) fn content_md5(bytes: &[u8]) -> String {
    base64(&md5::Md5::digest(bytes))
}

/// The HMAC of a text with SHA-256.
pub(in crate::store) fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_in_the_rfcs() {
        assert_eq!(content_md5(b""), "1B2M2Y8AsgTpgAmY7PhCfg==");
        let signature = hmac_sha256(b"Jefe", b"what do ya want for nothing?");
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex::encode(signature), expected);
    }
}
