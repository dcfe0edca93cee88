//! How a pack declares a fact that is made out of several rows.

use crate::document::{Entry, Section};
use crate::fact::{Aggregate, Measure, Window};
use crate::language::Text;

/// The words that declare an aggregate, each with what it measures.
const MEASURES: [(&str, Measure); 7] = [
    ("count", Measure::Count),
    ("sum", Measure::Sum),
    ("max", Measure::Max),
    ("min", Measure::Min),
    ("last", Measure::Last),
    ("fold", Measure::Fold),
    ("apportion", Measure::Apportion),
];

/// A count says no more than this where it is to be followed number by number.
const TOP: u32 = 31;

/// The aggregate a section declares for a fact of `kind`; none where it declares something else.
pub(super) fn read_aggregate(section: &Section<'_>, kind: &str) -> Option<Aggregate> {
    let (measure, named) =
        MEASURES.into_iter().find_map(|(key, measure)| Some((measure, section.text(key)?)))?;
    let (over, fact) = match measure {
        Measure::Fold => (section.required_text("over")?, None),
        Measure::Apportion => (kind.to_owned(), Some(named.clone())),
        _ => match named.split_once('.') {
            Some((over, fact)) => (over.to_owned(), Some(fact.to_owned())),
            None => (named.clone(), None),
        },
    };
    let same = read_same(section);
    let aggregate = Aggregate {
        measure,
        role: section.text("as"),
        condition: section.text("where"),
        window: read_window(section, measure, !same.is_empty()),
        leave_out: section
            .get("undetermined")
            .is_some_and(|_| super::role::word(section, "undetermined", &[("leave out", ())]).is_some()),
        top: read_top(section, measure),
        by: (measure == Measure::Fold).then_some(named),
        start: None,
        weight: if measure == Measure::Apportion { section.text("by") } else { None },
        over,
        fact,
        same,
    };
    check_form(section, &aggregate);
    Some(aggregate)
}

/// Names both kinds have, or pairs: `same = ["customer"]`, `same = { number = "ticket" }`.
fn read_same(section: &Section<'_>) -> Vec<(String, String)> {
    let Some(entry) = section.get("same") else { return Vec::new() };
    if entry.is_table() {
        let pairs = entry.section().map(|pairs| pairs.entries()).unwrap_or_default();
        return pairs.iter().filter_map(|pair| Some((pair.name().to_owned(), pair.text()?))).collect();
    }
    entry.list().unwrap_or_default().iter().filter_map(Entry::text).map(|name| (name.clone(), name)).collect()
}

fn read_window(section: &Section<'_>, measure: Measure, between_rows: bool) -> Window {
    let Some(entry) = section.get("within") else {
        // shares of one amount are shares among all rows there are
        if between_rows && measure != Measure::Apportion {
            section.fault(
                "P057",
                Text::new(
                    format!("事实 `{}` 须写明往回看多久 `within`：{}", section.name(), Window::FORMS),
                    format!(
                        "the fact `{}` must say how far back it looks, `within`: {}",
                        section.name(),
                        Window::FORMS
                    ),
                ),
            );
        }
        return if between_rows { Window::Ever } else { Window::Period };
    };
    let written = entry.text().unwrap_or_default();
    Window::named(&written).unwrap_or_else(|| {
        entry.fault(
            "P058",
            Text::new(
                format!("`within` 的「{written}」应为：{}", Window::FORMS),
                format!("`within` is `{written}`, expected one of: {}", Window::FORMS),
            ),
        );
        Window::Period
    })
}

fn read_top(section: &Section<'_>, measure: Measure) -> Option<u32> {
    let entry = section.get("top")?;
    let (number, _) = entry.number()?;
    let top = u32::try_from(number).ok().filter(|top| (1..=TOP).contains(top) && number.fract().is_zero());
    if top.is_none() || measure != Measure::Count {
        entry.fault(
            "P059",
            Text::new(
                format!("`top` 只用于 count，须为 1 至 {TOP} 的整数"),
                format!("`top` is for a count, a whole number from 1 to {TOP}"),
            ),
        );
    }
    top
}

fn check_form(section: &Section<'_>, aggregate: &Aggregate) {
    let needs_fact = matches!(aggregate.measure, Measure::Sum | Measure::Max | Measure::Min | Measure::Last);
    let (zh, en) = if needs_fact && aggregate.fact.is_none() {
        (
            "须写明哪个事实，如 `sum = \"complaint.loss\"`",
            "must say of which fact, as `sum = \"complaint.loss\"`",
        )
    } else if aggregate.measure == Measure::Apportion
        && (aggregate.same.is_empty() || aggregate.weight.is_none())
    {
        ("分摊须写明同属一笔 `same` 和权重 `by`", "what is apportioned needs `same` and a weight `by`")
    } else if !aggregate.same.is_empty() && aggregate.role.is_some() {
        ("`as` 与 `same` 只能用一个", "takes `as` or `same`, not both")
    } else {
        return;
    };
    let name = section.name();
    section.fault("P087", Text::new(format!("事实 `{name}` {zh}"), format!("the fact `{name}` {en}")));
}
