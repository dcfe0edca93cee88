//! `renze report`: the bulletin of a day, a week or the period.

use super::assess::unwritten_digests;
use super::folder::{Folder, unwritable};
use super::masking::Masking;
use super::workspace::{Which, Workspace};
use super::{Halt, Outcome, progress, say};
use crate::bulletin::{Bulletin, Editor, Part, Span, read_week};
use crate::calendar::{Period, read_day};
use crate::diagnostic::Diagnostic;
use crate::language::{Language, Text};
use crate::policy::Cadence;
use crate::report::{self, Digests};
use clap::{Args, ValueEnum};
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Bulletins {
    /// A folder with book.toml.
    book: PathBuf,
    #[command(flatten)]
    when: When,
    /// For a terminal, as Markdown, as a page to print, or as data.
    #[arg(long, value_enum, default_value_t = Format::Text, conflicts_with = "out")]
    format: Format,
    /// Write bulletin.md, bulletin.html, bulletin.json and a CSV file of each topic into this new folder.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Leave out rows that cannot be read; they stand on every output.
    #[arg(long)]
    set_aside: bool,
    #[command(flatten)]
    masking: Masking,
}

/// Of what the bulletin is.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct When {
    /// The daily watch of a day, as 2026-10-14.
    #[arg(long, value_name = "DAY")]
    daily: Option<String>,
    /// The weekly bulletin of a week from Monday to Sunday, as 2026-W42.
    #[arg(long, value_name = "WEEK")]
    weekly: Option<String>,
    /// The monthly analysis: of the book's own period.
    #[arg(long)]
    monthly: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Md,
    Html,
    Json,
}

impl Bulletins {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let which = Which::of_book(&self.book, self.set_aside);
        let (period, as_of) = which.book().map(|book| (book.period, book.as_of))?;
        let span = self.when.span(period)?;
        let rows_until = period.last.min(as_of);
        check_within(&span, Period { last: rows_until, ..period })?;
        // what was decided of a period after its end belongs to its analysis
        let until = if span.cadence == Cadence::Monthly { as_of } else { span.days.last.min(rows_until) };
        let (mut workspace, rows) = which.open_until(language, until)?;
        if !workspace.pack.policy.topics.iter().any(|topic| topic.cadence == span.cadence) {
            return Err(no_topics(&workspace, span.cadence));
        }
        // who moved is told against the month as it stood before the week began, where the week is not its first
        let eve = span.days.first.pred_opt().filter(|eve| *eve >= period.first);
        let eve = eve.filter(|_| span.cadence == Cadence::Weekly);
        let mut before = eve.map(|eve| workspace.assess_until(rows, eve)).transpose()?;
        let failed = |error| unwritable(self.out.as_deref().unwrap_or("".as_ref()), &error);
        let digests = unwritten_digests(&workspace).map_err(failed)?;
        if let Some(mask) = self.masking.read(&workspace)? {
            workspace = workspace.masked(&mask);
            before = before.map(|before| before.masked(&mask));
        }
        let subject = workspace.subject();
        let editor = Editor {
            pack: &workspace.pack,
            organisation: &workspace.organisation,
            assessment: &workspace.assessment,
            before: before.as_ref(),
            span: &span,
        };
        let bulletin = editor.edit();
        match &self.out {
            Some(out) => {
                progress::stage(&Text::new("正在写出结果", "writing"));
                write(out, (&workspace, &bulletin, &digests), language)
                    .map_err(|error| unwritable(out, &error))?;
                say(&report::render(&report::bulletin_screen(&subject, &bulletin, &digests, language)));
                say(written(out, &bulletin).get(language));
            }
            None => self.show((&workspace, &bulletin, &digests), language),
        }
        let is_final = workspace.assessment.to_mend() == 0 && !workspace.assessment.is_provisional();
        Ok(if is_final { Outcome::Done } else { Outcome::Provisional })
    }

    fn show(&self, made: (&Workspace, &Bulletin, &Digests), language: Language) {
        let (subject, bulletin, digests) = (made.0.subject(), made.1, made.2);
        let page = || report::bulletin_sheet(&subject, bulletin, digests, language);
        say(&match self.format {
            Format::Text => report::render(&report::bulletin_screen(&subject, bulletin, digests, language)),
            Format::Md => report::sheet_markdown(&page()),
            Format::Html => report::sheet_html(&page()),
            Format::Json => report::bulletin_json(&subject, bulletin, digests),
        });
    }
}

impl When {
    fn span(&self, period: Period) -> Result<Span, Halt> {
        let wrong = |option: &str, written: &str, form: &str| {
            Halt::Usage(Text::new(
                format!("{option} {written} 不是一天或一周的写法；应写作 {form}"),
                format!("{option} {written} is no day or week: one is written {form}"),
            ))
        };
        if let Some(written) = &self.daily {
            let day = read_day(written).ok_or_else(|| wrong("--daily", written, "2026-10-14"))?;
            return Ok(Span { cadence: Cadence::Daily, days: Period { first: day, last: day } });
        }
        if let Some(written) = &self.weekly {
            let days = read_week(written).ok_or_else(|| wrong("--weekly", written, "2026-W42"))?;
            return Ok(Span { cadence: Cadence::Weekly, days });
        }
        Ok(Span { cadence: Cadence::Monthly, days: period })
    }
}

/// A day or week of which the book has no rows: what is not there must not be read as nothing.
fn check_within(span: &Span, rows: Period) -> Result<(), Halt> {
    if span.days.last >= rows.first && span.days.first <= rows.last {
        return Ok(());
    }
    let (code, first, last) = (span.code(), rows.first, rows.last);
    let message = Text::new(
        format!("{code} 不在账簿之内：考核期自 {first} 至 {last}"),
        format!("{code} is not within the book, whose period is from {first} to {last}"),
    );
    let help = Text::new("请用那一期的账簿", "use the book of that period");
    Err(vec![Diagnostic::error("B008", message).help(help)].into())
}

/// A pack that says nothing of such bulletins.
fn no_topics(workspace: &Workspace, cadence: Cadence) -> Halt {
    let key = cadence.key();
    let message = Text::new(
        format!("规则集没有为这种通报写任何栏目（in = \"{key}\"）"),
        format!("the pack has no topic for such a bulletin (in = \"{key}\")"),
    );
    let help = Text::new(
        "在 policy.toml 写 [[topic]]，见 docs/pack.zh-CN.md",
        "write [[topic]] in policy.toml, see docs/pack.md",
    );
    let place = workspace.pack.manifest.find("topic", "");
    Halt::Faults(vec![Diagnostic::error("B009", message).help(help).at(place)])
}

/// What was written, and which file is which topic.
fn written(out: &Path, bulletin: &Bulletin) -> Text {
    let list = |language: Language| -> String {
        let topic = |(place, part): (usize, &Part)| {
            format!("  {}  {}\n", topic_file(place), part.title.get(language))
        };
        bulletin.parts.iter().enumerate().map(topic).collect()
    };
    let out = out.display();
    Text::new(
        format!("\n已写入 {out}：bulletin.md、bulletin.html、bulletin.json，以及\n{}", list(Language::Zh)),
        format!("\nwritten to {out}: bulletin.md, bulletin.html, bulletin.json, and\n{}", list(Language::En)),
    )
}

/// What the table of a topic is called.
fn topic_file(place: usize) -> String {
    format!("topic-{:02}.csv", place.saturating_add(1))
}

fn write(
    target: &Path,
    (workspace, bulletin, digests): (&Workspace, &Bulletin, &Digests),
    language: Language,
) -> io::Result<()> {
    let subject = workspace.subject();
    let folder = Folder::new(target)?;
    let page = report::bulletin_sheet(&subject, bulletin, digests, language);
    let json = report::bulletin_json(&subject, bulletin, digests);
    let files = [
        ("bulletin.md", report::sheet_markdown(&page)),
        ("bulletin.html", report::sheet_html(&page)),
        ("bulletin.json", json),
    ];
    for (name, text) in files {
        folder.write(name, |out| out.write_all(text.as_bytes()))?;
    }
    for (place, part) in bulletin.parts.iter().enumerate() {
        folder.write(topic_file(place), |out| out.write_all(&report::part_csv(part, language)))?;
    }
    folder.finish()
}
