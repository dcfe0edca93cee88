//! Complaints to measure with: the same file from the same number of rows, on every machine.

use crate::Fault;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

const HEADING: &str = "case_id,received_at,channel,category,severity,escalation,liability,satisfied,repeat_no,due_hours,\
    reply_hours,revisited,verified,corrected,rectified,loss_amount,handler,unit,line,leader";

/// Weights of a hundred.
type Words = [(&'static str, u64)];
const CHANNEL: &Words = &[("hotline", 45), ("store", 15), ("online", 30), ("12345", 6), ("12315", 4)];
const CATEGORY: &Words =
    &[("install", 20), ("billing", 30), ("metering", 10), ("quality", 25), ("repair", 15)];
const SEVERITY: &Words = &[("minor", 60), ("normal", 30), ("serious", 8), ("major", 2)];
const ESCALATION: &Words = &[("none", 92), ("group", 5), ("regulator", 2), ("media", 1)];
const LIABILITY: &Words = &[("enterprise", 45), ("customer", 35), ("third_party", 15), ("force_majeure", 5)];
const SATISFIED: &Words = &[("yes", 70), ("no", 20), ("unreached", 10)];
const REPEATS: &Words = &[("0", 80), ("1", 10), ("2", 5), ("3", 3), ("4", 1), ("5", 1)];
const DUE_HOURS: &Words = &[("24", 30), ("48", 40), ("72", 30)];

/// How much, in hundredths, lies below which part of a thousand: nearly log-normal, in whole numbers only.
type Quantiles = [(u64, u64)];
const REPLY_HOURS: &Quantiles = &[
    (0, 10),
    (10, 183),
    (50, 339),
    (100, 470),
    (250, 811),
    (500, 1_488),
    (750, 2_730),
    (900, 4_716),
    (950, 6_540),
    (990, 12_070),
    (1_000, 20_000),
];
const LOSS_AMOUNT: &Quantiles = &[
    (0, 10),
    (10, 335),
    (50, 758),
    (100, 1_173),
    (250, 2_430),
    (500, 5_460),
    (750, 12_270),
    (900, 25_410),
    (950, 39_300),
    (990, 89_000),
    (1_000, 500_000),
];

/// Of a hundred complaints so many had no loss.
const WITHOUT_LOSS: u64 = 40;
const HANDLERS: u64 = 20_000;
const HANDLERS_A_UNIT: u64 = 50;
const LINES: u64 = 12;
const LEADERS: u64 = 60;
/// Seconds of October.
const SECONDS: u64 = 31 * 86_400;

/// Splitmix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % end
    }

    fn percent(&mut self, part: u64) -> bool {
        self.below(100) < part
    }

    fn word(&mut self, words: &Words) -> &'static str {
        let mut left = self.below(100);
        for (word, weight) in words {
            if left < *weight {
                return word;
            }
            left -= weight;
        }
        ""
    }

    /// A number of two decimal places, on the straight line between two quantiles.
    fn amount(&mut self, quantiles: &Quantiles) -> String {
        let part = self.below(1_000);
        let pairs = quantiles.iter().zip(quantiles.iter().skip(1));
        let within = pairs.map(|(low, high)| (low.1, high)).find(|(_, high)| part < high.0);
        let hundredths = within.map_or(0, |(low, high)| low + self.below(high.1 - low + 1));
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

/// Writes a file of that many complaints, in order of time.
pub(crate) fn generate(rows: u64, file: &Path) -> Result<(), Fault> {
    let mut chance = Chance(20_261_001);
    let mut seconds: Vec<u64> = (0..rows).map(|_| chance.below(SECONDS)).collect();
    seconds.sort_unstable();
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "{HEADING}")?;
    for (number, second) in (1_u64..).zip(seconds) {
        let (day, hour, minute) = (second / 86_400 + 1, second / 3_600 % 24, second / 60 % 60);
        write!(out, "C{number:07},2026-10-{day:02}T{hour:02}:{minute:02}:{:02}+08:00", second % 60)?;
        for words in [CHANNEL, CATEGORY, SEVERITY, ESCALATION, LIABILITY, SATISFIED, REPEATS, DUE_HOURS] {
            write!(out, ",{}", chance.word(words))?;
        }
        write!(out, ",{}", chance.amount(REPLY_HOURS))?;
        for often in [95, 97, 97, 97] {
            write!(out, ",{}", chance.percent(often))?;
        }
        let loss = if chance.percent(WITHOUT_LOSS) { "0.00".to_owned() } else { chance.amount(LOSS_AMOUNT) };
        let handler = chance.below(HANDLERS);
        let unit = handler / HANDLERS_A_UNIT;
        let (handler, line, leader) = (handler + 1, chance.below(LINES) + 1, unit % LEADERS + 1);
        writeln!(out, ",{loss},P{handler:05},U{:03},L{line:02},M{leader:03}", unit + 1)?;
    }
    Ok(out.flush()?)
}
