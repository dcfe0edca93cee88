//! Charts as SVG in the page: bars to compare, columns over days, bars with what they add up to. Every chart has a title
//! and says its figures in words too, so that nothing is told by colour or length alone.

use crate::amount;
use crate::report::markup::{Markup, escaped};
use rust_decimal::Decimal;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The width of every chart, in its own units.
const WIDTH: i64 = 720;
/// The height of a bar with its gap.
const LINE: i64 = 24;
/// Where bars begin, behind their labels.
const LABEL: i64 = 250;
/// What stands behind a bar.
const VALUE: i64 = 150;
/// Columns of a terminal that fit into a label.
const LETTERS: usize = 34;
/// The height of columns.
const TALL: i64 = 130;

/// A bar.
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) value: Decimal,
    /// The value in words, behind the bar.
    pub(super) shown: String,
    /// Whether it stands out.
    pub(super) marked: bool,
}

/// A column: a whole, and a part of it.
pub(super) struct Column {
    pub(super) label: String,
    /// A short label below, where there is room for one.
    pub(super) below: String,
    pub(super) whole: usize,
    pub(super) part: usize,
    /// The two in words.
    pub(super) shown: String,
}

/// Horizontal bars, as long as their values against the `whole`, or the longest where that is longer; `running` draws a line through what they add up to, in parts of a hundred.
pub(super) fn bars(
    markup: &mut Markup,
    title: &str,
    (bars, whole): (&[Bar], Decimal),
    running: Option<&[Decimal]>,
) {
    let height = LINE.saturating_mul(length(bars.len())).saturating_add(4);
    begin(markup, title, height);
    let room = WIDTH.saturating_sub(LABEL).saturating_sub(VALUE);
    let longest = bars.iter().map(|bar| bar.value).fold(whole, Decimal::max);
    for (place, bar) in bars.iter().enumerate() {
        let top = LINE.saturating_mul(length(place)).saturating_add(4);
        let middle = top.saturating_add(13);
        let long = scaled(bar.value, longest, room);
        let class = if bar.marked { "bar mark" } else { "bar" };
        markup.put("<g>");
        markup.element("title", "", &format!("{} {}", bar.label, bar.shown));
        let end = LABEL.saturating_sub(8);
        markup.element("text", &format!("x=\"{end}\" y=\"{middle}\" text-anchor=\"end\""), &cut(&bar.label));
        markup.put(&format!(
            "<rect class=\"{class}\" x=\"{LABEL}\" y=\"{top}\" width=\"{long}\" height=\"17\"/>"
        ));
        let behind = LABEL.saturating_add(long).saturating_add(6);
        // behind the longest line and not on it
        let behind = if running.is_some() { LABEL.saturating_add(room).saturating_add(10) } else { behind };
        let class = if bar.marked { " class=\"grave\"" } else { "" };
        markup.element("text", &format!("x=\"{behind}\" y=\"{middle}\"{class}"), &bar.shown);
        markup.put("</g>\n");
    }
    if let Some(running) = running {
        let points: Vec<String> = running
            .iter()
            .enumerate()
            .map(|(place, share)| {
                let across = LABEL.saturating_add(scaled(*share, Decimal::ONE_HUNDRED, room));
                let down = LINE.saturating_mul(length(place)).saturating_add(13);
                format!("{across},{down}")
            })
            .collect();
        markup.put(&format!("<polyline class=\"running\" points=\"{}\"/>\n", points.join(" ")));
        for point in points {
            let (across, down) = point.split_once(',').unwrap_or_default();
            markup.put(&format!("<circle class=\"running\" cx=\"{across}\" cy=\"{down}\" r=\"3\"/>\n"));
        }
    }
    markup.put("</svg></div>\n");
}

/// Columns side by side, the part darker than the whole.
pub(super) fn columns(markup: &mut Markup, title: &str, columns: &[Column]) {
    let height = TALL.saturating_add(40);
    begin(markup, title, height);
    let most = columns.iter().map(|column| column.whole).max().unwrap_or_default();
    let step = WIDTH.saturating_sub(40).checked_div(length(columns.len()).max(1)).unwrap_or(1).clamp(2, 60);
    let floor = TALL.saturating_add(16);
    markup.put(&format!("<line class=\"axis\" x1=\"36\" y1=\"{floor}\" x2=\"{WIDTH}\" y2=\"{floor}\"/>\n"));
    markup.element("text", "x=\"30\" y=\"24\" text-anchor=\"end\"", &most.to_string());
    markup.element("text", &format!("x=\"30\" y=\"{floor}\" text-anchor=\"end\""), "0");
    for (place, column) in columns.iter().enumerate() {
        let left = step.saturating_mul(length(place)).saturating_add(38);
        let wide = step.saturating_sub(3).max(1);
        markup.put("<g>");
        markup.element("title", "", &format!("{} {}", column.label, column.shown));
        for (class, count) in [("bar rest", column.whole), ("bar", column.part)] {
            let tall = scaled(Decimal::from(count), Decimal::from(most), TALL);
            let top = floor.saturating_sub(tall);
            markup.put(&format!(
                "<rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{tall}\"/>"
            ));
        }
        if !column.below.is_empty() {
            let middle = left.saturating_add(wide / 2);
            let below = floor.saturating_add(16);
            markup.element(
                "text",
                &format!("x=\"{middle}\" y=\"{below}\" text-anchor=\"middle\""),
                &column.below,
            );
        }
        markup.put("</g>\n");
    }
    markup.put("</svg></div>\n");
}

fn begin(markup: &mut Markup, title: &str, height: i64) {
    markup.put(&format!(
        "<div class=\"wide\"><svg class=\"chart\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {WIDTH} {height}\">",
        escaped(title)
    ));
    markup.element("title", "", title);
    markup.put("\n");
}

/// A value as a length, of which the longest takes all the room.
fn scaled(value: Decimal, longest: Decimal, room: i64) -> i64 {
    let part = value.max(Decimal::ZERO).checked_div(longest).unwrap_or_default();
    let long = part.saturating_mul(Decimal::from(room));
    i64::try_from(amount::RoundingMode::HalfUp.round(long, 0)).unwrap_or_default().min(room)
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A label as far as there is room for it.
fn cut(label: &str) -> String {
    if label.width() <= LETTERS {
        return label.to_owned();
    }
    let mut short = String::new();
    let mut wide = 0_usize;
    for letter in label.chars() {
        wide = wide.saturating_add(letter.width().unwrap_or_default());
        if wide >= LETTERS {
            break;
        }
        short.push(letter);
    }
    format!("{short}…")
}
