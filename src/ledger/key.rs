//! Keys (Ed25519, RFC 8032): who signs an entry is proven, where a name alone is only claimed.

use crate::fingerprint::hex;
use ed25519_compact::{KeyPair, PublicKey, Seed, Signature};

/// What separates a signature on an entry from any other.
const PURPOSE: &str = "renze.entry/1";

/// A key that somebody signs with.
#[derive(Clone)]
pub struct Key(KeyPair);

impl std::fmt::Debug for Key {
    /// What is secret of it is never shown.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Key({})", self.public())
    }
}

impl Key {
    /// The key of some secret bytes; none where those make none.
    pub fn of(secret: [u8; 32]) -> Option<Self> {
        KeyPair::try_from_seed(Seed::new(secret)).ok().map(Self)
    }

    /// The key that a file holds: 64 hexadecimal digits.
    pub fn read(text: &str) -> Option<Self> {
        Self::of(unhex(text.trim())?)
    }

    /// What its file holds.
    pub fn written(secret: [u8; 32]) -> String {
        hex(&secret) + "\n"
    }

    /// What everybody may know of it.
    pub fn public(&self) -> String {
        hex(&*self.0.pk)
    }

    /// The signature on an entry that is known by its fingerprint without one.
    pub(super) fn sign(&self, entry: &str) -> String {
        hex(&*self.0.sk.sign(message(entry), None))
    }
}

/// Whether a signature on an entry was made with the key of which this is the public part.
pub fn is_signed(entry: &str, public: &str, signature: &str) -> bool {
    let public = unhex(public).and_then(|bytes: [u8; 32]| PublicKey::from_slice(&bytes).ok());
    let signature = unhex(signature).and_then(|bytes: [u8; 64]| Signature::from_slice(&bytes).ok());
    public.zip(signature).is_some_and(|(public, signature)| public.verify(message(entry), &signature).is_ok())
}

fn message(entry: &str) -> String {
    format!("{PURPOSE}\0{entry}")
}

/// Bytes of so many pairs of lower-case hexadecimal digits.
pub fn unhex<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    let mut bytes = [0_u8; BYTES];
    let is_hex = text.bytes().all(|sign| sign.is_ascii_digit() || (b'a'..=b'f').contains(&sign));
    (is_hex && Some(text.len()) == BYTES.checked_mul(2)).then_some(())?;
    for (place, byte) in bytes.iter_mut().enumerate() {
        let start = place.checked_mul(2)?;
        *byte = u8::from_str_radix(text.get(start..start.checked_add(2)?)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test 1 of RFC 8032, 7.1.
    #[test]
    fn the_public_part_is_that_of_the_standard() {
        let key = Key::read("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
        assert_eq!(key.public(), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    }

    #[test]
    fn a_signature_holds_for_one_entry_and_one_key() {
        let (one, other) = (Key::of([1; 32]).unwrap(), Key::of([2; 32]).unwrap());
        let signature = one.sign("entry");
        assert!(is_signed("entry", &one.public(), &signature));
        assert!(!is_signed("another", &one.public(), &signature));
        assert!(!is_signed("entry", &other.public(), &signature));
        assert!(!is_signed("entry", &one.public().to_uppercase(), &signature));
    }
}
