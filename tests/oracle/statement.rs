//! Random statements of a clause: what it does, under which conditions, how often.

use super::construct::Construct;
use super::writer::{Local, Sort, Writer};
use renze::fact::FactType;

/// What a statement can be.
#[derive(Clone, Copy)]
enum Statement {
    Deed,
    If,
    Variable,
    Change,
    List,
    Range,
    Roles,
    Switch,
    Return,
}

const STATEMENTS: [(Statement, usize); 9] = [
    (Statement::Deed, 8),
    (Statement::If, 18),
    (Statement::Variable, 5),
    (Statement::Change, 5),
    (Statement::List, 3),
    (Statement::Range, 2),
    (Statement::Roles, 2),
    (Statement::Switch, 5),
    (Statement::Return, 2),
];

impl Writer<'_> {
    /// Some statements, with so many levels below at most.
    pub(super) fn block(&mut self, depth: usize, indent: usize) -> String {
        let scope = self.locals.len();
        let mut text = String::new();
        for _ in 0..self.chance.between(1, 4) {
            text += &self.statement(depth, indent);
        }
        self.locals.truncate(scope);
        text
    }

    fn statement(&mut self, depth: usize, indent: usize) -> String {
        let Some(below) = depth.checked_sub(1) else { return self.deed(indent) };
        let pad = "    ".repeat(indent);
        match self.chance.weighted(&STATEMENTS) {
            Statement::Deed => self.deed(indent),
            Statement::If => {
                if depth < 3 {
                    self.count(Construct::Nested);
                }
                let (when, then) = (self.condition(2), self.block(below, indent + 1));
                if self.chance.happens(1, 2) {
                    return format!("{pad}if {when} {{\n{then}{pad}}}\n");
                }
                let other = self.block(below, indent + 1);
                format!("{pad}if {when} {{\n{then}{pad}}} else {{\n{other}{pad}}}\n")
            }
            Statement::Variable => self.variable(indent),
            Statement::Change => self.change(indent),
            Statement::List => self.list(below, indent),
            Statement::Range => self.range(below, indent),
            Statement::Roles if self.kind.name == "complaint" => {
                self.count(Construct::ForRoles);
                let deed = match self.chance.below(2) {
                    0 => "veto(role);".to_owned(),
                    _ => format!("deduct(role, {});", self.number(1)),
                };
                let roles = *self.chance.one(&["\"handler\", \"unit\"", "\"first_contact\", \"handler\""]);
                format!("{pad}for role in [{roles}] {{ {deed} }}\n")
            }
            Statement::Roles => self.deed(indent),
            Statement::Switch => self.switch(below, indent).unwrap_or_else(|| self.deed(indent)),
            Statement::Return => {
                self.count(Construct::EarlyReturn);
                format!("{pad}if {} {{ return; }}\n", self.condition(1))
            }
        }
    }

    /// A new variable.
    pub(super) fn variable(&mut self, indent: usize) -> String {
        let pad = "    ".repeat(indent);
        let (sort, value) = match self.chance.below(5) {
            0 => {
                self.count(Construct::LetFlag);
                (Sort::Flag, self.condition(1))
            }
            1 if self.may_ask(2) => match self.word() {
                Some(word) => {
                    self.count(Construct::LetWord);
                    (Sort::Word, word)
                }
                None => (Sort::Number, self.number(2)),
            },
            _ => (Sort::Number, self.number(2)),
        };
        let name = self.name();
        self.locals.push(Local { name: name.clone(), sort, changes: true });
        format!("{pad}let {name} = {value};\n")
    }

    /// A variable changed in a branch.
    fn change(&mut self, indent: usize) -> String {
        let Some(name) = self.local(|local| local.sort == Sort::Number && local.changes) else {
            return self.variable(indent);
        };
        let pad = "    ".repeat(indent);
        let change = self.changed(&name);
        if self.chance.happens(1, 5) {
            return format!("{pad}{change}\n");
        }
        self.count(Construct::ChangedInBranch);
        format!("{pad}if {} {{ {change} }}\n", self.condition(1))
    }

    fn changed(&mut self, name: &str) -> String {
        let sign = *self.chance.one(&["=", "+=", "-=", "*=", "/="]);
        format!("{name} {sign} {};", self.number(1))
    }

    /// The name of a loop's variable: now and then that of another one, which it hides.
    fn looped(&mut self, sort: Sort) -> Local {
        let hidden = self.local(|_| true).filter(|_| self.chance.happens(1, 3));
        let name = match hidden {
            Some(hidden) => {
                self.count(Construct::ShadowedByLoop);
                hidden
            }
            None => self.name(),
        };
        Local { name, sort, changes: false }
    }

    /// What is done for each turn of a loop.
    fn turn(&mut self, own: Local, below: usize, indent: usize) -> String {
        let scope = self.locals.len();
        let sum = self.local(|local| local.sort == Sort::Number && local.changes);
        let sum = sum.filter(|sum| *sum != own.name && self.chance.happens(1, 2));
        self.locals.push(own);
        let mut text = String::new();
        if let Some(sum) = sum {
            self.count(Construct::ChangedInLoop);
            text += &format!("{}{}\n", "    ".repeat(indent), self.changed(&sum));
        }
        text += &self.statement(below.min(1), indent);
        self.locals.truncate(scope);
        text
    }

    fn list(&mut self, below: usize, indent: usize) -> String {
        let pad = "    ".repeat(indent);
        self.count(Construct::ForList);
        let (sort, mut items) = if self.chance.happens(1, 3) && self.may_ask(2) {
            (Sort::Flag, vec![self.condition(0), self.condition(0)])
        } else {
            (Sort::Number, vec![self.number(1), self.number(1)])
        };
        if sort == Sort::Number && self.chance.happens(1, 3) {
            items.push(self.plain_number());
        }
        self.budget /= items.len();
        let own = self.looped(sort);
        let name = own.name.clone();
        let body = self.turn(own, below, indent + 1);
        format!("{pad}for {name} in [{}] {{\n{body}{pad}}}\n", items.join(", "))
    }

    fn range(&mut self, below: usize, indent: usize) -> String {
        let pad = "    ".repeat(indent);
        self.count(Construct::ForRange);
        let mut ends = ["0..3", "1..=2", "0..terms.some", "0..=terms.some", "range(0, terms.some)"].to_vec();
        if self.chance.happens(1, 8) {
            // how often depends on the row: such a clause has no tree
            ends = vec!["0..complaint.nth", "0..person.complaints", "0..unit.counted"];
            ends.retain(|end| end.contains(&format!("{}.", self.kind.name)) && self.has(end));
        }
        let range = if ends.is_empty() { "0..2" } else { *self.chance.one(&ends) };
        self.budget /= 3;
        let own = self.looped(Sort::Number);
        let name = own.name.clone();
        let body = self.turn(own, below, indent + 1);
        format!("{pad}for {name} in {range} {{\n{body}{pad}}}\n")
    }

    fn has(&self, end: &str) -> bool {
        end.split('.').next_back().is_some_and(|fact| self.kind.schema.get(fact).is_some())
    }

    fn switch(&mut self, below: usize, indent: usize) -> Option<String> {
        if !self.may_ask(2) {
            return None;
        }
        let pad = "    ".repeat(indent);
        let inner = "    ".repeat(indent + 1);
        let arm = |writer: &mut Self, pattern: &str| {
            let guard = if writer.chance.happens(1, 5) && pattern != "_" {
                format!(" if {}", writer.condition(0))
            } else {
                String::new()
            };
            let body = writer.block(below.min(1), indent + 2);
            format!("{inner}{pattern}{guard} => {{\n{body}{inner}}}\n")
        };
        let mut arms = String::new();
        let subject = match self.chance.below(5) {
            0 => {
                self.count(Construct::SwitchTerm);
                arms += &arm(self, "\"full\" | \"started\"");
                "terms.reading".to_owned()
            }
            1 => {
                let fact = self.fact(|fact| matches!(fact.kind, FactType::Bool { .. }))?;
                self.count(Construct::SwitchFlag);
                let pattern = *self.chance.one(&["true", "false"]);
                arms += &arm(self, pattern);
                format!("{}.{}", self.kind.name, fact.name)
            }
            _ => {
                let fact = self.word_fact()?;
                let FactType::OneOf(words) = &fact.kind else { return None };
                self.count(Construct::SwitchWord);
                let at = self.chance.below(words.len() - 1);
                arms += &arm(self, &format!("\"{}\"", words[at].id));
                arms += &arm(self, &format!("\"{}\"", words[at + 1].id));
                format!("{}.{}", self.kind.name, fact.name)
            }
        };
        if self.chance.happens(1, 2) {
            arms += &arm(self, "_");
        }
        Some(format!("{pad}switch {subject} {{\n{arms}{pad}}}\n"))
    }

    /// What the clause does: an amount, a veto, or relief of another clause.
    pub(super) fn deed(&mut self, indent: usize) -> String {
        let pad = "    ".repeat(indent);
        if self.defines {
            return String::new();
        }
        let role = match self.kind.name.as_str() {
            "complaint" => *self.chance.one(&["handler", "handler", "first_contact", "unit"]),
            kind => kind,
        }
        .to_owned();
        let act = match self.chance.below(12) {
            0 => {
                self.count(Construct::Veto);
                format!("veto(\"{role}\"{})", self.reason())
            }
            1 => {
                self.count(Construct::Exempt);
                let clause = self.chance.one(self.clauses).clone();
                format!("exempt(\"{clause}\"{})", self.reason())
            }
            2 => {
                self.count(Construct::Mitigate);
                let clause = self.chance.one(self.clauses).clone();
                // relief outside 0 to 1 is a fault of the clause that ends the whole run
                let factor = match self.chance.below(3) {
                    0 => "0.5".to_owned(),
                    1 => "terms.ratio".to_owned(),
                    _ => format!("min(1, max(0, {}))", self.number(1)),
                };
                format!("mitigate(\"{clause}\", {factor}{})", self.reason())
            }
            _ => {
                self.count(Construct::Enter);
                let verb = *self.chance.one(&["deduct", "award", "charge", "credit"]);
                format!("{verb}(\"{role}\", {}{})", self.number(2), self.reason())
            }
        };
        format!("{pad}{act};\n")
    }

    /// The reason given last, if any.
    fn reason(&mut self) -> String {
        match self.chance.below(8) {
            0 => {
                self.count(Construct::PlainReason);
                ", \"超过时限\"".to_owned()
            }
            1 => match self.local(|local| local.sort == Sort::Word) {
                Some(word) => {
                    self.count(Construct::WordInReason);
                    format!(", \"因为 \" + {word}")
                }
                None => match self.word_fact().filter(|_| self.may_ask(1)) {
                    Some(fact) => {
                        self.count(Construct::WordInReason);
                        let read = self.read(&fact.name);
                        format!(", `因为 ${{{read}}}, ${{{}}}`", self.number(1))
                    }
                    None => ", \"since then\"".to_owned(),
                },
            },
            2 => {
                self.count(Construct::NumberInReason);
                format!(", `超出 ${{{}}} 次, ${{{}}}`", self.number(1), self.plain_number())
            }
            _ => String::new(),
        }
    }
}
