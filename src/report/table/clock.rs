//! Clocks and due moments in a sentence.

use super::{Grid, Maker};
use crate::fact::{By, Clock, ClockUnit, Due, Open};
use crate::language::Language;
use crate::policy::Kind;

impl Maker<'_> {
    /// What a clock counts, and what it leaves out.
    pub(super) fn clock(&self, kind: &Kind, clock: &Clock) -> String {
        let (from, to) = (self.title_of(kind, &clock.from), self.title_of(kind, &clock.to));
        let unit = self.unit(clock.unit);
        let plain = self.plain(clock.unit, &clock.by, kind);
        let first = match (clock.unit.is_by_date(), clock.day_zero) {
            (false, _) => "",
            (true, true) => self.pick("，起始当日计为第一天", ", the first day included"),
            (true, false) => self.pick("，起始当日不计", ", the first day not included"),
        };
        let pauses: Vec<String> = clock
            .pauses
            .iter()
            .map(|(from, until)| {
                let (from, until) = (self.title_of(kind, from), self.title_of(kind, until));
                match self.language {
                    Language::Zh => format!("「{from}」至「{until}」"),
                    Language::En => format!("“{from}” to “{until}”"),
                }
            })
            .collect();
        let pauses = match (pauses.is_empty(), self.language) {
            (true, _) => String::new(),
            (false, Language::Zh) => format!("扣除{}的时间。", pauses.join("、")),
            (false, Language::En) => format!(" It stands still from {}.", pauses.join(" and from ")),
        };
        let early = match (clock.early, self.language) {
            (false, _) => String::new(),
            (true, Language::Zh) => format!("「{to}」早于「{from}」的，为零。"),
            (true, Language::En) => format!(" Where “{to}” comes before “{from}”, there are none."),
        };
        let pauses = format!("{early}{pauses}");
        match (self.language, clock.open) {
            (Language::Zh, Open::Count) => format!(
                "从「{from}」到「{to}」的{unit}，{plain}{first}；到考核截止日仍无「{to}」的，计到截止日。{pauses}"
            ),
            (Language::Zh, Open::Exclude) => {
                format!("从「{from}」到「{to}」的{unit}，{plain}{first}；仍无「{to}」的，没有取值。{pauses}")
            }
            (Language::En, Open::Count) => format!(
                "The {unit} from “{from}” to “{to}”, {plain}{first}; without “{to}” they are counted up to the assessment date.{pauses}"
            ),
            (Language::En, Open::Exclude) => format!(
                "The {unit} from “{from}” to “{to}”, {plain}{first}; without “{to}” there is no value.{pauses}"
            ),
        }
    }

    /// When a limit ends.
    pub(super) fn due(&self, kind: &Kind, due: &Due) -> String {
        let after = self.title_of(kind, &due.after);
        let plus = match kind.schema.get(&due.plus) {
            Some(fact) => fact.title.get(self.language).to_owned(),
            None => self
                .terms
                .get(&due.plus)
                .map_or_else(|| due.plus.clone(), |term| term.parameter.title.get(self.language).to_owned()),
        };
        let (unit, plain) = (self.unit(due.unit), self.plain(due.unit, &due.by, kind));
        let first = match (due.unit.is_by_date(), due.day_zero) {
            (false, _) => "",
            (true, true) => self.pick("，起始当日计为第一天", ", the first day included"),
            (true, false) => self.pick("，起始当日不计", ", the first day not included"),
        };
        let roll = match due.roll {
            true => self
                .pick("；末日遇休息日的，顺延至下一工作日", "; a last day off moves to the next working day"),
            false => "",
        };
        match self.language {
            Language::Zh => format!("「{after}」之后「{plus}」（{unit}），{plain}{first}{roll}。"),
            Language::En => format!("“{plus}” ({unit}) after “{after}”, {plain}{first}{roll}."),
        }
    }

    /// The calendars that clocks go by: their days and hours.
    pub(super) fn calendars(&self) -> Grid {
        let headings = [
            ("日历", "calendar"),
            ("工作日", "days worked"),
            ("工作时段", "hours"),
            ("另行放假", "also off"),
            ("另行上班", "also worked"),
        ];
        let mut grid = Grid {
            headings: headings.map(|(zh, en)| self.pick(zh, en).to_owned()).to_vec(),
            ..Grid::default()
        };
        for timetable in &self.pack.policy.calendars {
            let days = if timetable.is_announced {
                self.pick(
                    "国务院办公厅公布的放假调休安排",
                    "as the State Council announces holidays and days worked instead",
                )
            } else {
                self.pick("周一至周五", "Monday to Friday")
            };
            let time = |seconds: u32| {
                format!("{:02}:{:02}", seconds.div_euclid(3_600), seconds.rem_euclid(3_600).div_euclid(60))
            };
            let hours: Vec<String> = timetable
                .hours
                .iter()
                .map(|(opens, closes)| format!("{}–{}", time(*opens), time(*closes)))
                .collect();
            let own = |worked: bool| {
                let days = timetable.own.iter().filter(|(_, is_worked)| *is_worked == worked);
                let days: Vec<String> = days.map(|(day, _)| day.to_string()).collect();
                if days.is_empty() { "—".to_owned() } else { self.listed(&days) }
            };
            let hours = if hours.is_empty() { "—".to_owned() } else { self.listed(&hours) };
            let title = timetable.title.get(self.language).to_owned();
            grid.rows.push(vec![title, days.to_owned(), hours, own(false), own(true)]);
        }
        grid
    }

    fn unit(&self, unit: ClockUnit) -> &'static str {
        match unit {
            ClockUnit::Minutes => self.pick("分钟数", "minutes"),
            ClockUnit::Hours => self.pick("小时数", "hours"),
            ClockUnit::Days => self.pick("自然日数", "calendar days"),
            ClockUnit::Weeks => self.pick("周数", "weeks"),
            ClockUnit::WorkingMinutes => self.pick("工作分钟数", "working minutes"),
            ClockUnit::WorkingHours => self.pick("工作小时数", "working hours"),
            ClockUnit::WorkingDays => self.pick("工作日数", "working days"),
        }
    }

    fn plain(&self, unit: ClockUnit, by: &By, kind: &Kind) -> String {
        if !unit.is_worked() {
            let words = self.pick("按自然时间计（含夜间和节假日）", "nights and holidays included");
            return words.to_owned();
        }
        let calendar = |name: &str| match self.language {
            Language::Zh => format!("日历「{name}」"),
            Language::En => format!("the calendar “{name}”"),
        };
        let by = match by {
            By::Time => String::new(),
            By::Timetable(timetable) => calendar(timetable.title.get(self.language)),
            By::Fact(fact, timetables) => {
                let of: Vec<String> = timetables
                    .iter()
                    .map(|(word, timetable)| {
                        let found = kind.schema.get(fact).and_then(|fact| fact.kind.word(word));
                        let word = found.map_or(word.as_str(), |word| word.title.get(self.language));
                        format!(
                            "{word}{}{}",
                            self.pick("：", ": "),
                            calendar(timetable.title.get(self.language))
                        )
                    })
                    .collect();
                of.join(self.pick("，", ", "))
            }
        };
        format!("{}{by}", self.pick("按", "by "))
    }
}
