//! The ledger: what was approved, imported, confirmed, sealed, appealed and adjusted, one line each, nothing of it ever
//! changed. A change is found, and so is a tail that was cut off, by whoever has a later head.

mod canonical;
mod chain;
mod entry;
mod file;
mod key;
pub mod merkle;
mod name;

pub use canonical::canonical;
pub use chain::{Chain, Head};
pub use entry::{Author, Draft, Entry, EntryKind, NOTHING_BEFORE, link, member, members};
pub use file::{Ledger, read, repair};
pub use key::{Key, is_signed, unhex};
pub use name::is_same_name;
