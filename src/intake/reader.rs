//! What a cell says of a fact or a role, and what is wrong with a row.

use super::{Layout, Row, SetAside, Shaped, alike, defect};
use crate::calendar::end_of;
use crate::diagnostic::{Diagnostic, Faults, suggestion};
use crate::fact::{Fact, FactType, Origin, Value};
use crate::language::Text;
use crate::organisation::{Days, Member, Organisation};
use crate::policy::{Holder, Kind, Policy, Role, Rows, Several, Vacant};
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::BTreeMap;

/// What rows are read against.
#[derive(Clone, Copy)]
pub(super) struct Reader<'r> {
    pub(super) kind: &'r Kind,
    pub(super) policy: &'r Policy,
    pub(super) organisation: &'r Organisation,
    pub(super) as_of: NaiveDate,
}

/// A column of the sheet and what it holds.
#[derive(Clone, Copy)]
pub(super) enum Held<'r> {
    /// A fact, with its place in the schema.
    Fact(usize, &'r Fact),
    /// The codes of a role.
    Role(&'r Role),
}

impl<'r> Reader<'r> {
    /// Where each fact and role stands in a sheet.
    pub(super) fn columns(&self, layout: &mut Layout<'_>, faults: &Faults) -> Vec<(usize, Held<'r>)> {
        let id = match &self.kind.rows {
            Rows::Table { id, .. } => id.as_str(),
            _ => "",
        };
        let mut columns = Vec::new();
        for (position, fact) in self.kind.schema.facts().iter().enumerate() {
            if let Origin::Column(headings) = &fact.origin
                && let Some(column) = layout.column(headings, &fact.title, faults)
            {
                let column = if fact.name == id { layout.identify(column) } else { column };
                columns.push((column, Held::Fact(position, fact)));
            }
        }
        for role in &self.kind.roles {
            if let Holder::Column { headings, .. } = &role.holder
                && let Some(column) = layout.column(headings, &role.title, faults)
            {
                columns.push((column, Held::Role(role)));
            }
        }
        columns
    }

    /// A row with everything that is wrong with it.
    pub(super) fn row(
        &self,
        layout: &Layout<'_>,
        row: &Shaped<'_>,
        columns: &[(usize, Held<'r>)],
    ) -> Result<Row, SetAside> {
        let mut reasons = Vec::new();
        let mut values = vec![Value::Missing; self.kind.schema.facts().len()];
        let cells = row.cells;
        let place = |column: usize| layout.place(row, column);
        for (column, held) in columns {
            if let Held::Fact(position, fact) = held {
                let cell = cells.get(*column).copied().unwrap_or_default();
                match self.fact(fact, cell) {
                    Ok(value) => {
                        if let Some(slot) = values.get_mut(*position) {
                            *slot = value;
                        }
                    }
                    Err(reason) => reasons.push(reason.at(place(*column))),
                }
            }
        }
        let whole = layout.whole(row);
        let (id, at) = self.identity(&values);
        if reasons.is_empty() && (id.is_empty() || at.is_none()) {
            reasons.push(self.unidentified(&id, at).at(whole.clone()));
        }
        let mut roles = BTreeMap::new();
        for (column, held) in columns {
            // without its day nobody can say who held a role
            if let (Held::Role(role), Some(at)) = (held, at) {
                let cell = cells.get(*column).copied().unwrap_or_default();
                match self.holders(role, cell, at.date()) {
                    Ok(holders) => {
                        roles.insert(role.name.clone(), holders);
                    }
                    Err(found) => reasons.extend(found.into_iter().map(|reason| reason.at(place(*column)))),
                }
            }
        }
        if let (true, Some(at)) = (reasons.is_empty(), at) {
            let (file, cell) = (layout.file().to_owned(), layout.cell(row).to_owned());
            Ok(Row { id, at, file, row: row.number, cell, values, roles })
        } else {
            Err(SetAside { id, place: whole, reasons })
        }
    }

    /// Which of what tells a row from every other is blank.
    fn unidentified(&self, id: &str, at: Option<NaiveDateTime>) -> Diagnostic {
        let titles = match &self.kind.rows {
            Rows::Table { id: id_fact, at: at_fact, .. } => {
                let blank = [(id.is_empty(), id_fact), (at.is_none(), at_fact)];
                let blank = blank.into_iter().filter(|(is_blank, _)| *is_blank);
                blank.filter_map(|(_, name)| self.kind.schema.get(name)).map(|fact| &fact.title).collect()
            }
            _ => Vec::new(),
        };
        let joined = |pick: &dyn Fn(&Text) -> String, between| {
            titles.iter().map(|title| pick(title)).collect::<Vec<_>>().join(between)
        };
        let message = Text::new(
            format!("「{}」为空，这一行无法判定", joined(&|title| title.zh.clone(), "」和「")),
            format!("'{}' is blank: the row cannot be judged", joined(&|title| title.en.clone(), "' and '")),
        );
        Diagnostic::error("R010", message)
    }

    /// What a cell says of a fact.
    pub(super) fn fact(&self, fact: &Fact, cell: &str) -> Result<Value, Diagnostic> {
        let by_name = defect::of_type(&fact.kind, cell)
            .or_else(|| self.is_key(fact).then(|| defect::of_key(cell)).flatten());
        if let Some(fault) = by_name {
            return Err(fault);
        }
        let value = fact.read(cell, self.policy.offset).map_err(|(expected, help)| {
            if let Some(fault) = (fact.kind == FactType::Moment).then(|| defect::of_moment(cell)).flatten() {
                return fault;
            }
            let help = alike::unseen(cell, fact.kind.spellings()).or(help);
            let message = Text::new(
                format!("「{cell}」无法识别，应为{}", expected.zh),
                format!("`{cell}` is not understood; expected {}", expected.en),
            );
            let reason = Diagnostic::error("R011", message);
            help.map_or(reason.clone(), |help| reason.help(help))
        })?;
        // until when something lasts may well lie ahead
        let lasts = self.kind.lasts.as_ref().and_then(|lasts| lasts.until.as_ref());
        match value {
            Value::Moment(moment)
                if moment >= end_of(self.as_of) && lasts != Some(&fact.name) && !fact.future =>
            {
                let as_of = self.as_of;
                let message = Text::new(
                    format!("「{cell}」晚于考核截至日 {as_of}"),
                    format!("`{cell}` is later than the assessment date {as_of}"),
                );
                let help = Text::new(
                    "已发生的事不会晚于考核截至日：请核对年月日；若是期限一类可以在将来的时间，在 policy.toml 的该事实写 future = true",
                    "what has happened is not later: check the year, the month and the day; for a deadline or the like, which may lie ahead, write future = true at the fact in policy.toml",
                );
                Err(Diagnostic::error("R012", message).help(help))
            }
            value => Ok(value),
        }
    }

    /// Whether a fact identifies its row.
    pub(super) fn is_key(&self, fact: &Fact) -> bool {
        matches!(&self.kind.rows, Rows::Table { id, .. } if *id == fact.name)
    }

    fn identity(&self, values: &[Value]) -> (String, Option<NaiveDateTime>) {
        let Rows::Table { id, at, .. } = &self.kind.rows else { return (String::new(), None) };
        let value = |name: &str| self.kind.schema.position(name).and_then(|position| values.get(position));
        let id = match value(id) {
            Some(value) => FactType::plain(value),
            None => String::new(),
        };
        let at = match value(at) {
            Some(Value::Moment(moment)) => Some(*moment),
            _ => None,
        };
        (id, at)
    }

    /// The codes a role's cell names; a name of the organisation stands for its code.
    pub(super) fn holders(
        &self,
        role: &Role,
        cell: &str,
        day: NaiveDate,
    ) -> Result<Vec<String>, Vec<Diagnostic>> {
        let Holder::Column { separator, .. } = &role.holder else { return Ok(Vec::new()) };
        let parts: Vec<&str> = match separator {
            Some(separator) => cell.split(separator.as_str()).collect(),
            None => vec![cell],
        };
        let (mut holders, mut reasons) = (Vec::new(), Vec::new());
        for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
            match self.holder(role, part, day) {
                Ok(id) if !holders.contains(&id) => holders.push(id),
                Ok(_) => {}
                Err(reason) => reasons.push(reason),
            }
        }
        // where only the one named first answers, the order says who that is
        if role.several != Several::First {
            holders.sort();
        }
        if holders.is_empty() && reasons.is_empty() && role.vacant == Vacant::Undetermined {
            let message = Text::new(
                format!("没有写明{}，无人可以承担", role.title.zh),
                format!("no {} is named, so nobody could bear what follows", role.title.en),
            );
            let help = Text::new(
                "补上该格，或用 --set-aside 搁置该行；可以无人的，在 policy.toml 的该角色写 vacant = \"nobody\"",
                "fill the cell in, or leave the row out with --set-aside; where nobody need be named, write vacant = \"nobody\" at the role in policy.toml",
            );
            reasons.push(Diagnostic::error("R015", message).help(help));
        }
        if reasons.is_empty() { Ok(holders) } else { Err(reasons) }
    }

    fn holder(&self, role: &Role, part: &str, day: NaiveDate) -> Result<String, Diagnostic> {
        if let Some(fault) = defect::of_identifier(part) {
            return Err(fault);
        }
        if !self.organisation.is_listed() {
            return Ok(part.to_owned());
        }
        let member = self.member_kind(role);
        let fits = |kind: &str| member.is_none_or(|member| member == kind);
        let rows = self.organisation.rows_of(part);
        if let Some(found) = self.organisation.on(part, day)
            && fits(&found.kind)
        {
            return Ok(part.to_owned());
        }
        if rows.iter().any(|row| fits(&row.kind)) {
            let message =
                Text::new(format!("{part} 在 {day} 不在册"), format!("{part} was not in force on {day}"));
            return Err(Diagnostic::error("R013", message));
        }
        let mut named = self.organisation.members().filter(|row| {
            fits(&row.kind) && row.days.contains(day) && (row.name.zh == part || row.name.en == part)
        });
        match (named.next(), named.next()) {
            (Some(found), None) => return Ok(found.id.clone()),
            (Some(found), Some(other)) => return Err(namesakes(part, &found.id, &other.id)),
            (None, _) => {}
        }
        if let Some(member) = member.filter(|_| !rows.is_empty()) {
            return Err(of_another_kind(role, part, (member, rows)));
        }
        let known = self.organisation.members().filter(|row| fits(&row.kind));
        let known = known.flat_map(|row| [row.id.as_str(), row.name.zh.as_str(), row.name.en.as_str()]);
        let known: Vec<&str> = known.collect();
        let message = Text::new(
            format!("组织中没有{}「{part}」", role.title.zh),
            format!("the organisation has no {} `{part}`", role.title.en),
        );
        let reason = Diagnostic::error("R014", message);
        let near =
            || suggestion(part, known.iter().copied()).filter(|help| help.en.starts_with("did you mean"));
        let help = alike::unseen(part, known.iter().copied()).or_else(near);
        Err(help.map_or(reason.clone(), |help| reason.help(help)))
    }

    /// The days around `day` on which a cell certainly names the same holders.
    pub(super) fn days_alike(&self, role: &Role, cell: &str, day: NaiveDate) -> Days {
        if !self.organisation.is_listed() {
            return Days::default();
        }
        let today = Days { from: Some(day), until: Some(day) };
        let separated = match &role.holder {
            Holder::Column { separator: Some(separator), .. } => cell.contains(separator.as_str()),
            _ => false,
        };
        let code = cell.trim();
        let member = self.member_kind(role);
        let rows = self.organisation.rows_of(code);
        // where every row of the code is of the right kind, being in force is all that matters
        if separated || rows.iter().any(|row| member.is_some_and(|member| member != row.kind)) {
            return today;
        }
        self.organisation.on(code, day).map_or(today, |found| found.days)
    }

    /// The kind of member a role leads to, where it leads to members.
    fn member_kind(&self, role: &Role) -> Option<&'r str> {
        self.policy.kind(&role.is).and_then(|(_, kind)| match &kind.rows {
            Rows::Members { member } => Some(member.as_str()),
            _ => None,
        })
    }
}

/// A name that several bear at once.
fn namesakes(name: &str, one: &str, other: &str) -> Diagnostic {
    let message = Text::new(
        format!("叫「{name}」的不止一个：{one}、{other}"),
        format!("more than one is called `{name}`: {one}, {other}"),
    );
    let help = Text::new("请写编号", "write the identifier");
    Diagnostic::error("R014", message).help(help)
}

/// A code that stands in the organisation as something the role cannot be.
fn of_another_kind(role: &Role, code: &str, (member, rows): (&str, &[Member])) -> Diagnostic {
    let own = rows.last().map_or("", |row| row.kind.as_str());
    let (zh, en) = (&role.title.zh, &role.title.en);
    let message = Text::new(
        format!("「{code}」在组织中是 {own}，而{zh}须是 {member}"),
        format!("`{code}` stands in the organisation as `{own}`; '{en}' must be a `{member}`"),
    );
    let help = Text::new(
        format!("改正该格，或把组织中该行的「kind」改为 {member}"),
        format!("correct the cell, or write {member} under `kind` in the organisation"),
    );
    Diagnostic::error("R014", message).help(help)
}
