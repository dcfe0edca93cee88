//! Who belongs where and who holds which post, on any day.

mod further;

pub use further::{Further, FurtherRow};

use crate::calendar::Period;
use crate::diagnostic::Place;
use crate::language::Text;
use crate::mask::Mask;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// The days something is in force; an open side has no end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day, included.
    pub until: Option<NaiveDate>,
}

impl Days {
    /// Whether a day is among them.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether any day of the period is among them.
    pub fn touches(&self, period: &Period) -> bool {
        self.overlaps(&Self { from: Some(period.first), until: Some(period.last) })
    }

    /// Whether the two share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        let starts_in_time =
            |a: &Self, b: &Self| a.from.zip(b.until).is_none_or(|(from, until)| from <= until);
        starts_in_time(self, other) && starts_in_time(other, self)
    }
}

/// A person, team, unit, line: one row of the organisation, for some days under one parent.
#[derive(Clone, Debug)]
pub struct Member {
    /// `person`, `team`, `unit`, `line`, …: the kinds the pack judges, and any others between them.
    pub kind: String,
    /// Its code, always text.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// The code of what it belongs to.
    pub parent: Option<String>,
    /// The days this row is in force.
    pub days: Days,
}

/// A post held by somebody for some days.
#[derive(Clone, Debug)]
pub struct Post {
    /// Who holds it.
    pub person: String,
    /// Which office: `unit_head`, `line_executive`, …
    pub post: String,
    /// Of which unit or line.
    pub of: String,
    /// The days it is held.
    pub days: Days,
    /// Where that stands.
    pub place: Place,
}

/// The whole organisation. Without one, every bearer is whoever the rows name.
#[derive(Clone, Debug, Default)]
pub struct Organisation {
    listed: bool,
    members: BTreeMap<String, Vec<Member>>,
    posts: Vec<Post>,
    further: Further,
}

impl Organisation {
    /// An organisation of these members and posts.
    pub fn new(members: Vec<Member>, mut posts: Vec<Post>) -> Self {
        let mut by_id: BTreeMap<String, Vec<Member>> = BTreeMap::new();
        for member in members {
            by_id.entry(member.id.clone()).or_default().push(member);
        }
        for rows in by_id.values_mut() {
            rows.sort_by_key(|member| member.days.from);
        }
        posts.sort_by(|a, b| {
            (&a.post, &a.of, a.days.from, &a.person).cmp(&(&b.post, &b.of, b.days.from, &b.person))
        });
        Self { listed: true, members: by_id, posts, further: Further::default() }
    }

    /// The same with what the file of members says beyond that.
    #[must_use]
    pub fn with_further(self, further: Further) -> Self {
        Self { further, ..self }
    }

    /// What the file of members says beyond who belongs where.
    pub fn further(&self) -> &Further {
        &self.further
    }

    /// The same with people under pseudonyms, and without what else is said of them.
    #[must_use]
    pub fn masked(&self, mask: &Mask) -> Self {
        let member = |member: &Member| {
            let name = mask.person(&member.id).map_or_else(|| member.name.clone(), Text::same);
            let parent = member.parent.as_ref().map(|parent| mask.code(parent).to_owned());
            Member { id: mask.code(&member.id).to_owned(), name, parent, ..member.clone() }
        };
        let post = |post: &Post| Post { person: mask.code(&post.person).to_owned(), ..post.clone() };
        let members = self.members().map(member).collect();
        Self { listed: self.listed, ..Self::new(members, self.posts.iter().map(post).collect()) }
    }

    /// Whether there is one; if not, any code is accepted.
    pub fn is_listed(&self) -> bool {
        self.listed
    }

    /// Every row of every member, by code.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values().flatten()
    }

    /// Every post.
    pub fn posts(&self) -> &[Post] {
        &self.posts
    }

    /// The kinds of members that are people: `person`, and whatever holds a post.
    pub fn kinds_of_people(&self) -> BTreeSet<&str> {
        let holders = self.posts.iter().flat_map(|post| self.rows_of(&post.person));
        holders.map(|member| member.kind.as_str()).chain(["person"]).collect()
    }

    /// The rows of one code.
    pub fn rows_of(&self, id: &str) -> &[Member] {
        self.members.get(id).map_or(&[], Vec::as_slice)
    }

    /// The member of that code on a day.
    pub fn on(&self, id: &str, day: NaiveDate) -> Option<&Member> {
        self.rows_of(id).iter().find(|member| member.days.contains(day))
    }

    /// The name of a code: the latest row's.
    pub fn name(&self, id: &str) -> Text {
        self.rows_of(id).last().map_or_else(|| Text::same(id), |member| member.name.clone())
    }

    /// The codes of a kind in force on any day of the period.
    pub fn in_force(&self, kind: &str, period: &Period) -> BTreeSet<String> {
        self.members()
            .filter(|member| member.kind == kind && member.days.touches(period))
            .map(|member| member.id.clone())
            .collect()
    }

    /// The nearest member of `kind` that `id` belonged to on a day, itself included.
    pub fn above(&self, id: &str, kind: &str, day: NaiveDate) -> Option<&Member> {
        let mut member = self.on(id, day)?;
        // circles are refused at reading; this bound only keeps a circle from running on
        for _ in 0..=self.members.len() {
            if member.kind == kind {
                return Some(member);
            }
            member = self.on(member.parent.as_deref()?, day)?;
        }
        None
    }

    /// Who held a post of a unit or line on a day; more than one is a fault found at reading.
    pub fn holders(&self, post: &str, of: &str, day: NaiveDate) -> impl Iterator<Item = &str> {
        self.posts
            .iter()
            .filter(move |held| held.post == post && held.of == of && held.days.contains(day))
            .map(|held| held.person.as_str())
    }

    /// Who held the post at any unit or line in the period, and of what.
    pub fn holders_during(&self, post: &str, period: &Period) -> BTreeMap<String, BTreeSet<String>> {
        let mut holders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for held in self.posts.iter().filter(|held| held.post == post && held.days.touches(period)) {
            holders.entry(held.person.clone()).or_default().insert(held.of.clone());
        }
        holders
    }
}
