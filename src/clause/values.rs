//! The values a script holds that the language itself does not have.

use crate::decision::Expression;
use crate::policy::{NamedNumber, TableRow};
use rhai::Dynamic;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A number with its working.
#[derive(Clone, Debug)]
pub(super) struct Number(pub(super) Arc<Expression>);

/// A day and time, by the name of its fact.
#[derive(Clone, Debug)]
pub(super) struct Moment(pub(super) Arc<str>);

/// A text that can only be compared whole, by the name of its fact.
#[derive(Clone, Debug)]
pub(super) struct Opaque(pub(super) Arc<str>);

/// The handle a script holds; the row itself is in the run.
#[derive(Clone, Debug)]
pub(super) struct RecordHandle;

/// The handle a script holds; the terms themselves are in the run.
#[derive(Clone, Debug)]
pub(super) struct TermsHandle;

/// A table of which some keys are already chosen.
#[derive(Clone, Debug)]
pub(super) struct TableHandle {
    pub(super) name: Arc<str>,
    /// The keys, and for each the number it was looked up by; none for a word.
    pub(super) keys: Vec<(String, Option<Arc<Expression>>)>,
    pub(super) width: usize,
    /// The rows that are left, those that count before others first.
    pub(super) rows: Arc<[TableRow]>,
}

/// A cell of several numbers.
#[derive(Clone, Debug)]
pub(super) struct NumbersHandle {
    pub(super) name: Arc<str>,
    pub(super) keys: Vec<String>,
    pub(super) numbers: Arc<[NamedNumber]>,
}

/// An amount divided between roles.
#[derive(Clone, Debug)]
pub(super) struct Parts(pub(super) Arc<[(String, Arc<Expression>)]>);

/// The working of a script's number, whichever of the three number types it is.
pub(super) fn expression(value: &Dynamic) -> Option<Arc<Expression>> {
    if let Some(number) = value.read_lock::<Number>() {
        return Some(Arc::clone(&number.0));
    }
    if let Ok(whole) = value.as_int() {
        return Some(Expression::literal(Decimal::from(whole)));
    }
    value.as_decimal().ok().map(Expression::literal)
}
