//! What readers ask of a user's files: by this the reference of the pack's format is held to the code.

use std::collections::{BTreeMap, BTreeSet};

/// Every key that was asked for, by the way that leads to it: `policy.toml *.roles.*.several`, where `*` is a name
/// that the author chose.
pub type Asked = BTreeMap<String, AskedKey>;

/// What is known of one key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskedKey {
    /// Whether it had to be there.
    pub required: bool,
    /// The words it may have, where it may have only some.
    pub choices: BTreeSet<String>,
    /// What stood under it, as it was written.
    pub values: BTreeSet<String>,
}
