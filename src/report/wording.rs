//! Sentences: questions with their answers, and amounts with their working, in the words of the pack.

use super::Subject;
use crate::amount::{self, Unit};
use crate::assess::{Bounds, Rank};
use crate::clause::Record;
use crate::decision::{Answer, Expression, Grading, Node, Operation, Question, Step, StepReading};
use crate::fact::{FactType, Facts as _, Value, reason_of};
use crate::interval::{Interval, Relation};
use crate::language::{Language, Text};
use crate::policy::Terms;
use rust_decimal::Decimal;

/// The words for one row.
pub(super) struct Wording<'w> {
    pub(super) language: Language,
    pub(super) record: &'w Record,
    pub(super) terms: &'w Terms,
}

impl Wording<'_> {
    /// The title of a fact.
    pub(super) fn fact(&self, name: &str) -> String {
        let fact = self.record.schema.get(name);
        let title = || reason_of(name).map_or(name.to_owned(), |reason| reason.get(self.language).to_owned());
        fact.map_or_else(title, |fact| fact.title.get(self.language).to_owned())
    }

    /// The value of a fact of the row.
    pub(super) fn value(&self, name: &str, value: &Value) -> String {
        self.record
            .schema
            .get(name)
            .map_or_else(|| FactType::plain(value), |fact| fact.kind.show(value, self.language))
    }

    /// A question with its answer, as a statement.
    pub(super) fn step(&self, step: &Step) -> String {
        let said = self.statement(&step.question, &step.answer);
        if step.decided { said } else { format!("{}{said}", self.language.pick("若 ", "if ")) }
    }

    /// A question with its answer, as a condition that a row may meet.
    pub(super) fn condition(&self, step: &Step) -> String {
        self.statement(&step.question, &step.answer)
    }

    fn statement(&self, question: &Question, answer: &Answer) -> String {
        let yes = *answer == Answer::Yes;
        let relation = |relation: Relation| if yes { relation } else { relation.opposite() };
        match (question, answer) {
            (Question::Fact(name), Answer::Is(value)) => {
                format!("{} = {}", self.fact(name), self.value(name, value))
            }
            (Question::Known(name), _) => {
                format!(
                    "{} {}",
                    self.fact(name),
                    if yes {
                        self.language.pick("已有", "noted")
                    } else {
                        self.language.pick("空缺", "missing")
                    }
                )
            }
            (Question::Compare(asked, left, right), _) => {
                format!("{} {} {}", self.named(left), symbol(relation(*asked)), self.named(right))
            }
            (Question::Moments(asked, left, right), _) => {
                format!("{} {} {}", self.moment(left), symbol(relation(*asked)), self.moment(right))
            }
            (Question::Band { table, input, bands, .. }, Answer::Band(position)) => {
                let band = bands.get(*position);
                let side = |bound: Option<(Decimal, bool)>| {
                    bound.map_or_else(|| "…".to_owned(), |(value, _)| amount::plain(value))
                };
                let (low, high) =
                    band.map_or((String::new(), String::new()), |band| (side(band.low), side(band.high)));
                format!(
                    "{} {} {low}–{high} ({})",
                    self.named(input),
                    self.language.pick("在", "in"),
                    self.term_title(table)
                )
            }
            (Question::Band { table, input, .. }, _) => {
                format!(
                    "{} {} ({})",
                    self.named(input),
                    self.language.pick("不在任何一档", "in no band"),
                    self.term_title(table)
                )
            }
            (Question::Same(left, right), _) => {
                format!("{} {} {}", self.fact(left), if yes { "=" } else { "≠" }, self.fact(right))
            }
            (Question::Matches(fact, word), _) => {
                format!("{} {} {word}", self.fact(fact), if yes { "=" } else { "≠" })
            }
            (Question::Contains(fact, word), _) => {
                let contains = if yes {
                    self.language.pick("含", "contains")
                } else {
                    self.language.pick("不含", "does not contain")
                };
                format!("{} {contains} {word}", self.fact(fact))
            }
            (Question::Fact(name), _) => self.fact(name),
        }
    }

    fn moment(&self, name: &str) -> String {
        if self.is_any(name) {
            return self.fact(name);
        }
        format!("{} {}", self.fact(name), self.value(name, &self.record.value(name)))
    }

    fn term_title(&self, name: &str) -> String {
        let term = self.terms.get(name);
        term.map_or_else(|| name.to_owned(), |term| term.parameter.title.get(self.language).to_owned())
    }

    /// A number with its name, where it has one: `答复用时 53.2 小时`.
    fn named(&self, expression: &Expression) -> String {
        match &expression.node {
            Node::Fact(name) if expression.value == Interval::UNKNOWN || self.is_any(name) => self.fact(name),
            Node::Fact(name) => format!("{} {}", self.fact(name), self.show(expression)),
            Node::Term { name, .. } => format!("{} {}", self.term_title(name), self.show(expression)),
            _ => self.working(expression),
        }
    }

    /// Whether a fact stands for whatever a row may have, and so has no value to show.
    fn is_any(&self, fact: &str) -> bool {
        self.record.value(fact) == Value::Any
    }

    /// Whether a working is about facts that have no value to show.
    fn is_open(&self, expression: &Expression) -> bool {
        let mut open = false;
        expression.visit(&mut |part| {
            open |= matches!(&part.node, Node::Fact(name) if self.is_any(name));
        });
        open
    }

    /// The number alone, with its unit.
    pub(super) fn show(&self, expression: &Expression) -> String {
        let unit = self.unit(expression);
        // a working shows shares as a reader knows them; nothing is calculated from what is shown
        let rounded = |value: Decimal| match unit {
            Unit::Percent => value,
            _ => amount::RoundingMode::HalfUp.round(value, 4),
        };
        let Interval { low, high } = expression.value;
        let side = |bound: Option<Decimal>| {
            bound.map_or_else(|| "?".to_owned(), |bound| unit.show(rounded(bound), self.language))
        };
        match expression.value.exact() {
            Some(value) => unit.show(rounded(value), self.language),
            None => format!("{}–{}", side(low), side(high)),
        }
    }

    /// What a number is counted in.
    pub(super) fn unit(&self, expression: &Expression) -> Unit {
        match &expression.node {
            Node::Literal => Unit::None,
            Node::Fact(name) => match self.record.schema.get(name).map(|fact| &fact.kind) {
                Some(FactType::Number { unit, .. }) => unit.clone(),
                _ => Unit::None,
            },
            Node::Term { name, keys } => self.terms.get(name).map_or(Unit::None, |term| term.unit(keys)),
            Node::Apply(operation, operands) => {
                let units: Vec<Unit> = operands.iter().map(|operand| self.unit(operand)).collect();
                let first = units.first().cloned().unwrap_or(Unit::None);
                match operation {
                    Operation::Steps(_) => Unit::None,
                    Operation::Within | Operation::Share(_) => first,
                    Operation::Line => units.get(3).cloned().unwrap_or(Unit::None),
                    Operation::Divide if units.iter().all(|unit| *unit == Unit::None) => Unit::Percent,
                    Operation::Divide if units.first() == units.get(1) => Unit::None,
                    Operation::Divide => first,
                    Operation::Multiply => units
                        .into_iter()
                        .find(|unit| !matches!(unit, Unit::None | Unit::Percent))
                        .unwrap_or(Unit::None),
                    _ => units.into_iter().find(|unit| *unit != Unit::None).unwrap_or(Unit::None),
                }
            }
        }
    }

    /// How a number was worked out: `¥500.00 (扣款基数 较重) × 30 % (专业线关联比例)`.
    pub(super) fn working(&self, expression: &Expression) -> String {
        match &expression.node {
            Node::Literal => self.show(expression),
            Node::Fact(name) if self.is_any(name) => self.fact(name),
            Node::Fact(name) => format!("{} ({})", self.show(expression), self.fact(name)),
            Node::Term { name, keys } => {
                let keys: Vec<String> = keys.iter().map(|key| self.key(key)).collect();
                let title = self.term_title(name);
                let named = if keys.is_empty() { title } else { format!("{title} {}", keys.join(" ")) };
                format!("{} ({named})", self.show(expression))
            }
            Node::Apply(operation, operands) => self.applied(*operation, operands),
        }
    }

    fn applied(&self, operation: Operation, operands: &[std::sync::Arc<Expression>]) -> String {
        let all: Vec<String> = operands.iter().map(|operand| self.operand(operand)).collect();
        let first = all.first().cloned().unwrap_or_default();
        let second = all.get(1).cloned().unwrap_or_default();
        let listed = all.join(self.language.pick("、", ", "));
        match operation {
            Operation::Add => format!("{first} + {second}"),
            Operation::Subtract => format!("{first} − {second}"),
            Operation::Multiply => format!("{first} × {second}"),
            Operation::Divide => format!("{first} ÷ {second}"),
            Operation::Remainder => format!("{first} mod {second}"),
            // a minus verb's sign stands before the whole working, not inside it
            Operation::Negate => operands.first().map(|operand| self.working(operand)).unwrap_or_default(),
            Operation::Min => format!("{} {listed}", self.language.pick("取小：", "smaller of")),
            Operation::Max => format!("{} {listed}", self.language.pick("取大：", "larger of")),
            Operation::Abs => format!("|{first}|"),
            Operation::Floor => format!("{} {first}", self.language.pick("舍去尾数", "whole part of")),
            Operation::Ceiling => {
                format!("{} {first}", self.language.pick("进为整数", "next whole number to"))
            }
            Operation::Round(places, _) => match self.language {
                Language::Zh => format!("{first} 取 {places} 位小数"),
                Language::En => {
                    format!("{first} to {places} {}", if places == 1 { "place" } else { "places" })
                }
            },
            Operation::Steps(reading) => self.steps(reading, operands),
            Operation::Within => self.within(operands),
            Operation::Line => self.line(operands),
            Operation::Share(share) => {
                let own = all.get(share.place.saturating_add(1)).cloned().unwrap_or_default();
                let (place, of) = (share.place.saturating_add(1), share.of);
                match self.language {
                    Language::Zh => format!("{first} × {own}（{of} 份中的第 {place} 份，各份合计不变）"),
                    Language::En => format!("{first} × {own} (share {place} of {of}, nothing is lost)"),
                }
            }
        }
    }

    /// Where a line stands: `14 (penalty: 10 at 85 to 20 at 90; score 87)`.
    fn line(&self, operands: &[std::sync::Arc<Expression>]) -> String {
        let [at, low, high, from, to] = operands else { return String::new() };
        let Node::Term { name, keys } = &from.node else { return String::new() };
        let keys: Vec<String> =
            keys.iter().take(keys.len().saturating_sub(2)).map(|key| self.key(key)).collect();
        let title = [vec![self.term_title(name)], keys].concat().join(" ");
        let stands = Expression::apply(Operation::Line, operands.to_vec());
        let stands = stands.map(|stands| self.show(&stands)).unwrap_or_default();
        let (at, low, high) = (self.named(at), self.show(low), self.show(high));
        let (from, to) = (self.show(from), self.show(to));
        match self.language {
            Language::Zh => format!("{stands}（{title}：{low} 处 {from} 至 {high} 处 {to}，按比例；{at}）"),
            Language::En => format!("{stands} ({title}: {from} at {low} to {to} at {high}; {at})"),
        }
    }

    /// A number that a person picked: `¥800.00 (罚款)，裁量幅度 500–1,000`.
    fn within(&self, operands: &[std::sync::Arc<Expression>]) -> String {
        let [number, low, high] = operands else { return String::new() };
        let (number, low, high) = (self.working(number), self.show(low), self.show(high));
        match self.language {
            Language::Zh => format!("{number}［裁量幅度 {low} 至 {high}］"),
            Language::En => format!("{number} [to be chosen within {low} to {high}]"),
        }
    }

    fn steps(&self, reading: StepReading, operands: &[std::sync::Arc<Expression>]) -> String {
        let (Some(whole), Some(size)) = (operands.first(), operands.get(1)) else { return String::new() };
        let count = Expression::apply(Operation::Steps(reading), operands.to_vec());
        let count = count.map(|count| self.show(&count)).unwrap_or_default();
        let how = match reading {
            StepReading::Started => self.language.pick("不足一步按一步", "started steps"),
            StepReading::Full => self.language.pick("不足一步不计", "full steps"),
            StepReading::Proportional => self.language.pick("按比例", "in proportion"),
        };
        let (whole, shown, size) = (self.working(whole), self.show(whole), self.show(size));
        match self.language {
            Language::Zh => format!("{count} 步（{whole} = {shown}，每步 {size}，{how}）"),
            Language::En => format!("{count} ({how} of {size} in {whole} = {shown})"),
        }
    }

    fn operand(&self, operand: &Expression) -> String {
        match &operand.node {
            Node::Apply(Operation::Steps(_) | Operation::Negate | Operation::Abs | Operation::Within, _) => {
                self.working(operand)
            }
            Node::Apply(Operation::Divide, _) if self.is_open(operand) => {
                format!("({})", self.working(operand))
            }
            // a share is shown with what it comes to
            Node::Apply(Operation::Divide, _) => {
                format!("({} = {})", self.working(operand), self.show(operand))
            }
            Node::Apply(Operation::Multiply, _) => self.working(operand),
            Node::Apply(..) => format!("({})", self.working(operand)),
            _ => self.working(operand),
        }
    }

    /// The title of a table's key, where it is a word of a fact.
    fn key(&self, key: &str) -> String {
        let words = self.record.schema.facts().iter().filter_map(|fact| fact.kind.word(key));
        words.map(|word| word.title.get(self.language).to_owned()).next().unwrap_or_else(|| key.to_owned())
    }
}

fn symbol(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "=",
        Relation::Unequal => "≠",
        Relation::Less => "<",
        Relation::LessOrEqual => "≤",
        Relation::Greater => ">",
        Relation::GreaterOrEqual => "≥",
    }
}

/// Every parameter that workings read, with since when and on what basis.
pub(super) fn parameters_read(
    subject: &Subject<'_>,
    workings: &[(&Expression, &Terms)],
    language: Language,
) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (working, terms) in workings {
        working.visit(&mut |part| {
            let Node::Term { name, keys } = &part.node else { return };
            let Some(term) = terms.get(name) else { return };
            let unit = term.unit(keys);
            let value = part.value.exact().map(|value| unit.show(value, language)).unwrap_or_default();
            let keys: Vec<String> = keys.iter().map(|key| key_title(subject, key, language)).collect();
            let keys = keys.join(" ");
            let title = term.parameter.title.get(language);
            let title = if keys.is_empty() { title.to_owned() } else { format!("{title} {keys}") };
            let row = vec![title, value, term.from.to_string(), term.basis.clone(), name.clone()];
            if !rows.contains(&row) {
                rows.push(row);
            }
        });
    }
    rows.sort();
    rows
}

/// How many rows of a kind there are. Packs call a kind by one of its rows or by all of them, so no number stands before it.
pub(super) fn counted(count: usize, title: &Text, language: Language) -> String {
    match language {
        Language::Zh => format!("{count} 件{}", title.zh),
        Language::En => format!("{}: {count}", title.en.to_lowercase()),
    }
}

/// A name as it is typed into a command: in quotes where a shell would take it for more than one word, or for something else.
pub fn typed(name: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./:@".contains(letter);
    if !name.is_empty() && !name.starts_with('-') && name.chars().all(is_plain) {
        return name.to_owned();
    }
    format!("'{}'", name.replace('\'', "'\\''"))
}

/// The title of a table's key, where it is a word of any kind's fact.
pub(super) fn key_title(subject: &Subject<'_>, key: &str, language: Language) -> String {
    let facts = subject.pack.policy.kinds.iter().flat_map(|kind| kind.schema.facts());
    let mut words = facts.filter_map(|fact| fact.kind.word(key));
    words.next().map_or_else(|| key.to_owned(), |word| word.title.get(language).to_owned())
}

/// How a step that has only begun counts.
pub(super) fn step_reading(reading: StepReading, language: Language) -> &'static str {
    match reading {
        StepReading::Started => language.pick("不足一步按一步", "a started step counts whole"),
        StepReading::Full => language.pick("不足一步不计", "only full steps count"),
        StepReading::Proportional => language.pick("不足一步按比例", "part of a step counts in proportion"),
    }
}

/// The title of a word that a parameter is: one of the pack's, or else one that every pack may use.
pub(super) fn word_title(subject: &Subject<'_>, word: &str, language: Language) -> String {
    let title = key_title(subject, word, language);
    match StepReading::named(word) {
        Some(reading) if title == word => step_reading(reading, language).to_owned(),
        _ => title,
    }
}

/// What a clause does to a grade: `等次至多 B`, `等次定为 B`.
pub(super) fn graded(grade: &str, how: Grading, language: Language) -> String {
    match (how, language) {
        (Grading::AtMost, Language::Zh) => format!("等次至多 {grade}"),
        (Grading::AtMost, Language::En) => format!("grade at most {grade}"),
        (Grading::Exactly, Language::Zh) => format!("等次定为 {grade}"),
        (Grading::Exactly, Language::En) => format!("grade fixed at {grade}"),
    }
}

/// A place among the peers: `3/12`, or `3–5/12` while something is open.
pub(super) fn placed(rank: &Rank) -> String {
    let range = |bounds: &Bounds| {
        let side = |bound: Option<Decimal>| bound.map_or_else(|| "?".to_owned(), amount::plain);
        let open = format!("{}–{}", side(bounds.low), side(bounds.high));
        if bounds.is_settled() { amount::plain(bounds.so_far) } else { open }
    };
    let open = if rank.is_certain { "" } else { " ?" };
    format!("{}/{}{open}", range(&rank.place), range(&rank.peers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_where_a_shell_would_not_take_it_as_it_is() {
        for (name, expected) in [
            ("U5", "U5"),
            ("客服线", "客服线"),
            ("2026/10-book", "2026/10-book"),
            ("Li Lei", "'Li Lei'"),
            ("O'Neil", "'O'\\''Neil'"),
            ("a&b", "'a&b'"),
            ("$HOME", "'$HOME'"),
            ("--all", "'--all'"),
            ("", "''"),
        ] {
            assert_eq!(typed(name), expected);
        }
    }

    #[test]
    fn a_title_is_used_as_its_author_wrote_it() {
        let said = |en: &str, count| counted(count, &Text::new("投诉", en), Language::En);
        assert_eq!(
            (said("Complaint", 3), said("Disputes", 1)),
            ("complaint: 3".into(), "disputes: 1".into())
        );
    }
}
