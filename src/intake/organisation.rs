//! Reading `organisation.csv` and `posts.csv`: unknown, overlapping and circular entries are named.

use super::sought::{Column, Reading};
use super::{Sheet, Sought, alike, card_facts, defect, pay, way};
use crate::calendar;
use crate::diagnostic::{Diagnostic, Faults, Place, suggestion};
use crate::language::Text;
use crate::organisation::{Days, Further, FurtherRow, Member, Organisation, Post};
use crate::policy::{Policy, Rows};
use chrono::Offset as _;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Reads an organisation. `None` where its files cannot be read at all.
pub fn read_organisation(members: &Path, posts: &Path, faults: &Faults) -> Option<Organisation> {
    read_organisation_sheets((members, None), (posts, None), faults)
}

/// Reads an organisation from these sheets of workbooks, where they are named. `None` where its files cannot be read at all.
pub fn read_organisation_sheets(
    (members, members_sheet): (&Path, Option<&str>),
    (posts, posts_sheet): (&Path, Option<&str>),
    faults: &Faults,
) -> Option<Organisation> {
    let members = read_sheet(members, &sought(&MEMBERS, members_sheet, "members_sheet"), faults);
    let posts = read_sheet(posts, &sought(&POSTS, posts_sheet, "posts_sheet"), faults);
    let ((members, member_cells), (posts, post_cells)) = (members?, posts?);
    let member_rows = read_members(&members, &member_cells, faults)?;
    let post_rows = read_posts(&posts, &post_cells, faults)?;
    let organisation = Organisation::new(
        member_rows.iter().map(|(_, member)| member.clone()).collect(),
        post_rows.iter().map(|(_, post)| post.clone()).collect(),
    );
    let further = member_rows.iter().zip(&member_cells).map(|((number, member), (_, cells))| {
        let (kind, days, cells) = (member.kind.clone(), member.days, cells.clone());
        (member.id.clone(), FurtherRow { number: *number, kind, days, cells })
    });
    let further = Further::new(members.file.clone(), members.headings.clone(), further.collect());
    let organisation = organisation.with_further(further);
    check_members(&members, &member_rows, &organisation, faults);
    check_posts(&posts, &post_rows, &organisation, faults);
    Some(organisation)
}

/// Rows of cells with their numbers.
type Cells = Vec<(usize, Vec<String>)>;

/// A heading in either language, and whether it must be there.
type Known = (&'static str, &'static str, bool);

const MEMBERS: [Known; 7] = [
    ("kind", "类别", true),
    ("id", "编号", true),
    ("name", "名称", true),
    ("name_en", "英文名称", false),
    ("parent", "上级", true),
    ("from", "起", true),
    ("until", "止", true),
];
const POSTS: [Known; 5] = [
    ("person", "人员", true),
    ("post", "职务", true),
    ("of", "所属", true),
    ("from", "起", true),
    ("until", "止", true),
];

/// What is looked for in a file of these headings.
fn sought(headings: &[Known], sheet: Option<&str>, sheet_key: &'static str) -> Sought {
    let column = |(name, zh, needed): &Known| {
        let is_day = ["from", "until"].contains(name);
        Column::plain(&[name, zh], *needed).read_as(if is_day {
            Reading::Moment(None)
        } else {
            Reading::Text
        })
    };
    let columns: Vec<Column> = headings.iter().map(column).collect();
    let key = columns.iter().find(|column| column.is("id") || column.is("person"));
    let key = key.map(|column| column.headings.clone()).unwrap_or_default();
    Sought { columns, key, sheet: sheet.map(str::to_owned), sheet_key, ..Sought::default() }
}

fn read_sheet(path: &Path, sought: &Sought, faults: &Faults) -> Option<(Sheet, Cells)> {
    let sheet = Sheet::open(path, sought, faults)?;
    let (mut cells, mut found) = (Cells::new(), Vec::new());
    let mut is_sound = true;
    for part in sheet.parts(1) {
        is_sound &= sheet.visit(&part, &mut found, |row, row_cells| {
            cells.push((row, row_cells.iter().map(|cell| (*cell).to_owned()).collect()));
        });
    }
    is_sound = is_sound && sheet.check_headings(&mut found);
    faults.extend(found);
    is_sound.then_some((sheet, cells))
}

/// A table whose headings are known words in either language.
struct Columns<'s> {
    sheet: &'s Sheet,
    places: BTreeMap<&'static str, usize>,
}

impl<'s> Columns<'s> {
    fn of(sheet: &'s Sheet, headings: &[Known], faults: &Faults) -> Option<Self> {
        let mut places = BTreeMap::new();
        let mut complete = true;
        for &(name, zh, required) in headings {
            let known = [name.to_owned(), zh.to_owned()];
            let present = sheet.headings.iter().any(|heading| known.contains(heading));
            if required || present {
                match sheet.column(&known, &Text::new(zh, name), faults) {
                    Some(place) => {
                        places.insert(name, place);
                    }
                    None => complete = false,
                }
            }
        }
        complete.then_some(Self { sheet, places })
    }

    fn cell<'c>(&self, cells: &'c [String], name: &str) -> &'c str {
        self.places.get(name).and_then(|place| cells.get(*place)).map_or("", String::as_str)
    }

    fn place(&self, row: usize, name: &str) -> Place {
        let column = self.places.get(name).and_then(|place| self.sheet.headings.get(*place));
        Place::Cell { file: self.sheet.file.clone(), row, column: column.cloned().unwrap_or_default() }
    }

    fn required(&self, row: usize, cells: &[String], name: &str, faults: &Faults) -> String {
        let cell = self.cell(cells, name);
        if let Some(fault) = defect::of_identifier(cell) {
            faults.push(fault.at(self.place(row, name)));
        }
        if cell.is_empty() {
            let message = Text::new("不能为空", "must not be blank");
            faults.push(Diagnostic::error("O001", message).at(self.place(row, name)));
        }
        cell.to_owned()
    }

    fn days(&self, row: usize, cells: &[String], faults: &Faults) -> Days {
        let day = |name: &str| {
            let cell = self.cell(cells, name);
            let day = calendar::read_day(cell).or_else(|| {
                let moment = calendar::read_moment(cell, chrono::Utc.fix())?;
                (moment.time() == chrono::NaiveTime::MIN).then(|| moment.date())
            });
            if day.is_none() && !cell.is_empty() {
                let message = Text::new(
                    format!("「{cell}」不是日期，应如 2026-07-01"),
                    format!("`{cell}` is not a date such as 2026-07-01"),
                );
                faults.push(Diagnostic::error("O002", message).at(self.place(row, name)));
            }
            day
        };
        let days = Days { from: day("from"), until: day("until") };
        if days.from.zip(days.until).is_some_and(|(from, until)| from > until) {
            let message = Text::new("结束早于开始", "it ends before it begins");
            faults.push(Diagnostic::error("O003", message).at(self.place(row, "until")));
        }
        days
    }
}

fn read_members(sheet: &Sheet, cells: &Cells, faults: &Faults) -> Option<Vec<(usize, Member)>> {
    let columns = Columns::of(sheet, &MEMBERS, faults)?;
    let read = |(row, cells): &(usize, Vec<String>)| {
        let id = columns.required(*row, cells, "id", faults);
        let zh = columns.cell(cells, "name");
        let zh = if zh.is_empty() { id.as_str() } else { zh };
        let en = columns.cell(cells, "name_en");
        let parent = columns.cell(cells, "parent");
        let member = Member {
            kind: columns.required(*row, cells, "kind", faults),
            name: Text::new(zh, if en.is_empty() { zh } else { en }),
            parent: (!parent.is_empty()).then(|| parent.to_owned()),
            days: columns.days(*row, cells, faults),
            id,
        };
        (*row, member)
    };
    Some(cells.iter().map(read).collect())
}

fn read_posts(sheet: &Sheet, cells: &Cells, faults: &Faults) -> Option<Vec<(usize, Post)>> {
    let columns = Columns::of(sheet, &POSTS, faults)?;
    let read = |(row, cells): &(usize, Vec<String>)| {
        let post = Post {
            person: columns.required(*row, cells, "person", faults),
            post: columns.required(*row, cells, "post", faults),
            of: columns.required(*row, cells, "of", faults),
            days: columns.days(*row, cells, faults),
            place: columns.place(*row, "post"),
        };
        (*row, post)
    };
    Some(cells.iter().map(read).collect())
}

fn check_members(sheet: &Sheet, rows: &[(usize, Member)], organisation: &Organisation, faults: &Faults) {
    let place = |row: usize| Place::Cell { file: sheet.file.clone(), row, column: String::new() };
    let mut by_id: BTreeMap<&str, Vec<&(usize, Member)>> = BTreeMap::new();
    for row in rows {
        by_id.entry(&row.1.id).or_default().push(row);
    }
    for (row, member) in rows {
        for (other_row, other) in by_id.get(member.id.as_str()).into_iter().flatten() {
            if other_row < row && other.days.overlaps(&member.days) {
                let id = &member.id;
                let message = Text::new(
                    format!("{id} 与第 {other_row} 行的日期重叠"),
                    format!("{id} overlaps with row {other_row}"),
                );
                let help = Text::new(
                    "一个人或单位同一天只能在一处：在前一行的「until」写最后一天",
                    "on one day somebody is in one place only: give the earlier row its last day under `until`",
                );
                faults.push(Diagnostic::error("O004", message).at(place(*row)).help(help));
            }
        }
        let Some(parent) = &member.parent else { continue };
        if organisation.rows_of(parent).is_empty() {
            let message = Text::new(format!("没有上级 {parent}"), format!("there is no parent {parent}"));
            let help = alike::unseen(parent, by_id.keys().copied())
                .or_else(|| suggestion(parent, by_id.keys().copied()));
            let fault = Diagnostic::error("O005", message).at(place(*row));
            faults.push(help.map_or(fault.clone(), |help| fault.help(help)));
        } else if !is_covered(member.days, organisation.rows_of(parent)) {
            let (id, parent) = (&member.id, parent);
            let message = Text::new(
                format!("{id} 在册的日子里，上级 {parent} 并非始终在册"),
                format!("{parent}, the parent of {id}, is not in force on all the days that {id} is"),
            );
            faults.push(Diagnostic::error("O009", message).at(place(*row)));
        } else if is_circular(member, organisation) {
            let message = Text::new(
                format!("{} 的上级链成环", member.id),
                format!("the parents of {} lead back to it", member.id),
            );
            faults.push(Diagnostic::error("O006", message).at(place(*row)));
        }
    }
}

/// Whether the rows together cover the first and the last of some days.
fn is_covered(days: Days, rows: &[Member]) -> bool {
    let on = |day: Option<chrono::NaiveDate>, open: fn(&Days) -> bool| {
        rows.iter().any(|row| day.map_or_else(|| open(&row.days), |day| row.days.contains(day)))
    };
    on(days.from, |days| days.from.is_none()) && on(days.until, |days| days.until.is_none())
}

/// Names of kinds and posts that the policy does not know, where one it knows is close, or where nobody stands below such
/// a member: cards would be missing. Also roles that nobody could ever hold, and facts of cards and pay that further columns
/// do not say, or not so that they can be read.
pub fn check_names(organisation: &Organisation, policy: &Policy, faults: &Faults) {
    card_facts::check(organisation, policy, faults);
    pay::check(organisation, policy, faults);
    way::check(organisation, policy, faults);
    let mut kinds = Vec::new();
    let mut offices = Vec::new();
    for kind in &policy.kinds {
        match &kind.rows {
            Rows::Members { member } => kinds.push(member.as_str()),
            Rows::Posts { office } => offices.push(office.as_str()),
            Rows::Table { .. } | Rows::Raised => {}
        }
    }
    check_kinds(organisation, &kinds, faults);
    let mut seen = BTreeSet::new();
    for post in organisation.posts().iter().filter(|post| !offices.contains(&post.post.as_str())) {
        if !seen.insert(&post.post) {
            continue;
        }
        let fault = match meant(&post.post, &offices) {
            Some(help) => unknown_name(&post.post).help(help),
            None if offices.is_empty() => continue,
            None => unassessed(&post.post, &offices),
        };
        faults.push(fault.at(post.place.clone()));
    }
}

/// Members whose kind has no cards: an error where a kind that has is nearly called so, a warning where the member can
/// only be meant for a card, because nobody stands below it and it holds no post.
fn check_kinds(organisation: &Organisation, kinds: &[&str], faults: &Faults) {
    let further = organisation.further();
    let above: BTreeSet<&str> =
        organisation.members().filter_map(|member| member.parent.as_deref()).collect();
    let posted = organisation.posts().iter().flat_map(|post| [&post.person, &post.of]);
    let leads: BTreeSet<&str> = organisation
        .members()
        .filter(|member| above.contains(member.id.as_str()))
        .map(|member| member.kind.as_str())
        .chain(posted.flat_map(|id| organisation.rows_of(id).iter().map(|member| member.kind.as_str())))
        .collect();
    let mut rows: Vec<_> = further.rows().map(|(_, row)| row).collect();
    rows.sort_by_key(|row| row.number);
    let mut seen = BTreeSet::new();
    for row in rows.into_iter().filter(|row| !kinds.contains(&row.kind.as_str())) {
        if !seen.insert(row.kind.as_str()) {
            continue;
        }
        let column = String::from("kind");
        let place = Place::Cell { file: further.file.clone(), row: row.number, column };
        if let Some(help) = meant(&row.kind, kinds) {
            faults.push(unknown_name(&row.kind).at(place).help(help));
        } else if !leads.contains(row.kind.as_str()) && !kinds.is_empty() {
            let message = Text::new(
                format!("办法不考核类别「{}」，这些成员没有记分卡", row.kind),
                format!("the policy has no cards for the kind `{}`: these members have none", row.kind),
            );
            let known = Text::new(
                format!("有卡的类别：{}", kinds.join("、")),
                format!("kinds with cards: {}", kinds.join(", ")),
            );
            faults.push(Diagnostic::warning("O010", message).at(place).help(known));
        }
    }
}

/// A post that no card is of: it may be meant for one that has another name here.
fn unassessed(name: &str, offices: &[&str]) -> Diagnostic {
    let message = Text::new(
        format!("办法不考核职务「{name}」，担任者没有这张记分卡"),
        format!("the policy has no cards for the post `{name}`: whoever holds it has none"),
    );
    let known = Text::new(
        format!("有卡的职务：{}", offices.join("、")),
        format!("posts with cards: {}", offices.join(", ")),
    );
    Diagnostic::warning("O010", message).help(known)
}

fn unknown_name(name: &str) -> Diagnostic {
    let message = Text::new(
        format!("组织中的「{name}」不是办法考核的类别或职务"),
        format!("the organisation's `{name}` is no kind or post of the policy"),
    );
    Diagnostic::error("O010", message)
}

/// The name that is nearly this one: only written with other letters, or with a slip.
fn meant(name: &str, known: &[&str]) -> Option<Text> {
    let lower = name.to_lowercase();
    if let Some(same) = known.iter().find(|known| known.to_lowercase() == lower) {
        return Some(Text::new(format!("应写作「{same}」"), format!("write it as `{same}`")));
    }
    suggestion(&lower, known.iter().copied()).filter(|help| help.en.starts_with("did you mean"))
}

fn is_circular(member: &Member, organisation: &Organisation) -> bool {
    let day = member.days.from.or(member.days.until).unwrap_or(chrono::NaiveDate::MAX);
    let mut seen = vec![member.id.clone()];
    let mut parent = member.parent.clone();
    while let Some(id) = parent {
        // what only hangs below the circle is not in it
        if seen.contains(&id) {
            return id == member.id;
        }
        parent = organisation.on(&id, day).and_then(|above| above.parent.clone());
        seen.push(id);
    }
    false
}

fn check_posts(sheet: &Sheet, rows: &[(usize, Post)], organisation: &Organisation, faults: &Faults) {
    let place =
        |row: usize, column: &str| Place::Cell { file: sheet.file.clone(), row, column: column.to_owned() };
    for (row, post) in rows {
        for (column, id) in [("person", &post.person), ("of", &post.of)] {
            if organisation.rows_of(id).is_empty() && !id.is_empty() {
                let message = Text::new(format!("组织中没有 {id}"), format!("the organisation has no {id}"));
                let known = organisation.members().map(|member| member.id.as_str());
                let known: Vec<&str> = known.collect();
                let near = || {
                    suggestion(id, known.iter().copied()).filter(|help| help.en.starts_with("did you mean"))
                };
                let help = alike::unseen(id, known.iter().copied()).or_else(near);
                let fault = Diagnostic::error("O007", message).at(place(*row, column));
                faults.push(help.map_or(fault.clone(), |help| fault.help(help)));
            }
        }
        for (other_row, other) in rows {
            let same_post = other.post == post.post && other.of == post.of;
            if other_row < row && same_post && other.days.overlaps(&post.days) {
                let message = Text::new(
                    format!("{} 的 {} 与第 {other_row} 行（{}）同时在任", post.of, post.post, other.person),
                    format!(
                        "{} of {} is held at the same time by {} in row {other_row}",
                        post.post, post.of, other.person
                    ),
                );
                let help = Text::new(
                    "一个职务同一天只有一人：在离任者一行的「until」写任职的最后一天",
                    "on one day one person holds a post: give whoever left it the last day under `until`",
                );
                faults.push(Diagnostic::error("O008", message).at(place(*row, "person")).help(help));
            }
        }
    }
}
