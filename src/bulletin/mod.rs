//! Bulletins: what a day, a week or a period looked like, topic by topic, as the pack declares them. Data for writers to
//! render: nothing in it is a layout.

mod candidate;
mod cell;
mod listing;
mod masked;
mod pareto;
mod ranking;
mod span;
mod trend;

pub use cell::{Cell, Heading};
pub use span::{Span, read_week};

use crate::assess::Assessment;
use crate::language::{Language, Text};
use crate::organisation::Organisation;
use crate::policy::{Form, Pack, Topic};
use chrono::NaiveDate;

/// What a bulletin is made from.
#[derive(Clone, Copy)]
pub struct Editor<'a> {
    /// The policy.
    pub pack: &'a Pack,
    /// Who is who.
    pub organisation: &'a Organisation,
    /// The month as it stood at the end of the day, week or period.
    pub assessment: &'a Assessment,
    /// The same as it stood before the week began, to tell who moved; none where the period began with it or later.
    pub before: Option<&'a Assessment>,
    /// The day, week or period.
    pub span: &'a Span,
}

/// A day, week or period, topic by topic.
#[derive(Clone, Debug)]
pub struct Bulletin {
    /// Of what it tells.
    pub span: Span,
    /// As of the end of this day.
    pub until: NaiveDate,
    /// Its topics, in the order of the pack.
    pub parts: Vec<Part>,
}

/// A topic with what it comes to.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Its heading.
    pub title: Text,
    /// By what criteria something is in it; empty where that is plain.
    pub note: Text,
    /// What stands in each column.
    pub headings: Vec<Heading>,
    /// The lines; as many cells as headings.
    pub rows: Vec<Vec<Cell>>,
    /// How many there are of what it lists, those that are cut off among them; none where it lists nothing.
    pub listed: Option<usize>,
    /// What a reader must know of the figures.
    pub remarks: Vec<Text>,
}

impl Part {
    /// Its heading with how many it lists, where that is more than a look tells.
    pub fn heading(&self, language: Language) -> String {
        let title = self.title.get(language);
        match (self.listed, language) {
            (None | Some(0), _) => title.to_owned(),
            (Some(count), Language::Zh) => format!("{title} · {count} 项"),
            (Some(count), Language::En) => format!("{title} · {count}"),
        }
    }
}

impl<'a> Editor<'a> {
    /// The bulletin of the span.
    pub fn edit(&self) -> Bulletin {
        let cadence = self.span.cadence;
        let topics = self.pack.policy.topics.iter().filter(|topic| topic.cadence == cadence);
        let parts = topics.filter_map(|topic| self.part(topic)).collect();
        Bulletin { span: self.span.clone(), until: self.assessment.as_of, parts }
    }

    fn part(&self, topic: &'a Topic) -> Option<Part> {
        let of = self.about(topic)?;
        let mut part = match &topic.form {
            Form::List(listing) => of.list(listing),
            Form::Trend(trend) => of.trend(trend),
            Form::Pareto(pareto) => of.pareto(pareto),
            Form::Ranking(standings) => match &standings.masked {
                Some(mask) => of.masked(standings, mask),
                None => of.ranking(standings),
            },
        };
        part.title = topic.title.clone();
        part.note = topic.note.clone();
        Some(part)
    }
}

impl Part {
    fn of(headings: Vec<Heading>) -> Self {
        Self { headings, ..Self::default() }
    }

    /// Leaves no more lines than these, and says how many there are.
    fn cut(&mut self, most: Option<usize>) {
        let lines = self.rows.len();
        if let Some(most) = most.filter(|most| *most < lines) {
            self.rows.truncate(most);
            self.remarks.push(Text::new(
                format!("共 {lines} 项，列前 {most} 项"),
                format!("the first {most} of {lines}"),
            ));
        }
    }
}
