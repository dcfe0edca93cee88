//! One fingerprint over many leaves, from which each can be shown to belong to it by a few others (RFC 9162, 2.1).

use sha2::{Digest as _, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// The fingerprint of a leaf: of a zero byte and the leaf.
pub fn leaf(data: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root over leaves; that of none is the fingerprint of nothing.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(half(leaves.len()));
            node(&root(left), &root(right))
        }
    }
}

/// What it takes to come from the leaf at a place to the root, from below.
pub fn path(leaves: &[Hash], place: usize) -> Vec<Hash> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let middle = half(leaves.len());
    let (left, right) = leaves.split_at(middle);
    let (mut below, beside) = match place.checked_sub(middle) {
        None => (path(left, place), root(right)),
        Some(place) => (path(right, place), root(left)),
    };
    below.push(beside);
    below
}

/// The root to which a leaf at a place of so many leads by a path; none where there is no such place, or the path has another
/// length.
pub fn climb(leaf: Hash, (place, count): (usize, usize), path: &[Hash]) -> Option<Hash> {
    if place >= count {
        return None;
    }
    if count == 1 {
        return path.is_empty().then_some(leaf);
    }
    let (beside, below) = path.split_last()?;
    let middle = half(count);
    match place.checked_sub(middle) {
        None => Some(node(&climb(leaf, (place, middle), below)?, beside)),
        Some(right) => Some(node(beside, &climb(leaf, (right, count.checked_sub(middle)?), below)?)),
    }
}

/// The largest power of two below a count of at least two.
fn half(count: usize) -> usize {
    let mut half = 1_usize;
    while half.saturating_mul(2) < count {
        half = half.saturating_mul(2);
    }
    half
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::hex;

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|place| leaf(place.to_string().as_bytes())).collect()
    }

    #[test]
    fn every_leaf_leads_to_the_root_and_to_no_other_place() {
        for count in 1..40 {
            let leaves = leaves(count);
            let root = root(&leaves);
            for (place, own) in leaves.iter().enumerate() {
                let path = path(&leaves, place);
                assert_eq!(climb(*own, (place, count), &path), Some(root));
                for other in (0..count).filter(|other| *other != place) {
                    assert_ne!(
                        climb(*own, (other, count), &path),
                        Some(root),
                        "{place} as {other} of {count}"
                    );
                }
                assert_ne!(climb(leaf(b"other"), (place, count), &path), Some(root));
            }
        }
    }

    /// The tree of the standard's own test vectors.
    #[test]
    fn the_root_is_that_of_the_standard() {
        let data: [&[u8]; 3] = [b"", b"\x00", b"\x10"];
        let leaves: Vec<Hash> = data.into_iter().map(leaf).collect();
        let hex = |leaves: &[Hash]| hex(&root(leaves));
        assert_eq!(hex(&[]), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hex(&leaves[..1]), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_eq!(hex(&leaves[..2]), "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
        assert_eq!(hex(&leaves), "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
    }
}
