//! Which rows count: what a kind picks from its table, how a table becomes rows, and what becomes of rows that have not
//! ended.

use super::{Maker, Part, Piece};
use crate::intake::card_facts;
use crate::language::Language;
use crate::policy::{Kind, Pick, Rows, TableShape, Unended};

impl Maker<'_> {
    /// The chapter on what counts; none where every row of every table counts as it stands.
    pub(super) fn population(&self) -> Option<Part> {
        let policy = &self.pack.policy;
        let mut points: Vec<String> = Vec::new();
        for kind in &policy.kinds {
            points.extend(self.picked(kind));
            points.extend(self.unended(kind));
            points.extend(self.of_members(kind));
        }
        for (table, shape) in &policy.tables {
            points.extend(self.shaped(table, shape));
        }
        let title = self.pick("哪些记录计入", "Which rows count");
        (!points.is_empty()).then(|| self.chapter(title, vec![Piece::List(points)]))
    }

    fn picked(&self, kind: &Kind) -> Option<String> {
        let one = |pick: &Pick| {
            let words: Vec<String> = pick
                .words
                .iter()
                .map(|word| match self.language {
                    Language::Zh => format!("「{word}」"),
                    Language::En => format!("“{word}”"),
                })
                .collect();
            let words = words.join(self.pick("或", " or "));
            match self.language {
                Language::Zh => format!("「{}」为{words}", pick.heading),
                Language::En => format!("“{}” is {words}", pick.heading),
            }
        };
        let picks: Vec<String> = kind.picks().iter().map(one).collect();
        let title = kind.title.get(self.language);
        (!picks.is_empty()).then(|| match self.language {
            Language::Zh => format!("{title}：只计{}的行；不属于任何对象的行另计其数。", picks.join("、")),
            Language::En => {
                format!(
                    "{title}: only rows whose {}; rows of no kind are counted apart.",
                    picks.join(" and ")
                )
            }
        })
    }

    fn unended(&self, kind: &Kind) -> Option<String> {
        let Rows::Table { at, counted_at: Some(end), .. } = &kind.rows else { return None };
        let title_of = |name: &String| {
            let fact = kind.schema.get(name);
            fact.map_or(name.clone(), |fact| fact.title.get(self.language).to_owned())
        };
        let (begin, end) = (title_of(at), title_of(end));
        let said = match (kind.unended().unwrap_or(Unended::CarryOver), self.language) {
            (Unended::Count, Language::Zh) => format!("都计入「{begin}」所在的一期，不论「{end}」在何时"),
            (Unended::Count, Language::En) => {
                format!("each counts in the period of “{begin}”, whenever “{end}” comes")
            }
            (Unended::CarryOver, Language::Zh) => {
                format!("计入「{end}」所在的一期；尚无「{end}」的转入以后")
            }
            (Unended::CarryOver, Language::En) => {
                format!("each counts in the period of “{end}”; without it, it is carried over")
            }
            (Unended::Exclude, Language::Zh) => {
                format!("计入「{begin}」所在的一期；到期末仍无「{end}」的，任何一期都不计")
            }
            (Unended::Exclude, Language::En) => {
                format!("each counts in the period of “{begin}”; without “{end}” by its end, in none")
            }
        };
        let title = kind.title.get(self.language);
        Some(match self.language {
            Language::Zh => format!("{title}：{said}。"),
            Language::En => format!("{title}: {said}."),
        })
    }

    fn of_members(&self, kind: &Kind) -> Option<String> {
        let facts: Vec<String> =
            card_facts(kind).map(|(_, fact, _)| fact.title.get(self.language).to_owned()).collect();
        let title = kind.title.get(self.language);
        (!facts.is_empty()).then(|| match self.language {
            Language::Zh => format!("{title}：{}取自人员表，以当期最后一天为准。", facts.join("、")),
            Language::En => {
                format!("{title}: {} as the file of members has it on the card's last day.", facts.join(", "))
            }
        })
    }

    fn shaped(&self, table: &str, shape: &TableShape) -> Vec<String> {
        let mut points = Vec::new();
        if let Some(wide) = &shape.wide {
            let columns = wide.columns.join(self.pick("、", ", "));
            let blank = match (wide.keeps_blank, self.language) {
                (true, Language::Zh) => "空格也成行",
                (false, Language::Zh) => "空格不成行",
                (true, Language::En) => "also where the cell is blank",
                (false, Language::En) => "none where the cell is blank",
            };
            points.push(match self.language {
                Language::Zh => format!("表 {table}：{columns} 各列各成一行，{blank}。"),
                Language::En => format!("Table {table}: a row for each of the columns {columns}; {blank}."),
            });
        }
        if let Some(listed) = &shape.listed {
            let (column, separator) = (&listed.column, &listed.separator);
            points.push(match self.language {
                Language::Zh => format!("表 {table}：「{column}」中以「{separator}」分开的各项，各成一行。"),
                Language::En => {
                    format!("Table {table}: a row for each item of “{column}”, separated by “{separator}”.")
                }
            });
        }
        if let Some(from) = shape.covers {
            points.push(match self.language {
                Language::Zh => format!("表 {table} 自 {from} 起才完整；往前看得更远的，待定。"),
                Language::En => {
                    format!(
                        "Table {table} is complete since {from} only; what looks further back is left open."
                    )
                }
            });
        }
        points
    }
}
