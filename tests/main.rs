//! The one test binary: a module for each promise.

#![cfg(test)]

mod answerers;
mod bulletins;
mod chance;
mod clocks;
mod columns;
mod commands;
mod compare;
mod completion;
mod construct;
mod cookbook;
mod coverage;
mod diagnostics;
mod excel;
mod generated;
mod grades;
mod hand_worked;
mod hostile;
mod inspection;
mod knowledge;
mod language;
mod layers;
mod lookback;
mod new;
mod october;
mod oracle;
mod outcome;
mod power_supply;
mod properties;
mod published;
mod quality;
mod readme;
mod reference;
mod regulator;
mod scenarios;
mod settlement;
mod shapes;
mod shared;
mod soundness;
mod source;
mod table;
mod unknowns;
mod unsaid;
mod verify;
mod why_not;
