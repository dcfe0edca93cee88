//! What stands around the tables: what the policy is, what was chosen where its text is open, who bears, how cards
//! settle, and the place to sign.

use super::{Grid, Maker, Part, Piece, Sheet};
use crate::calendar::Grid as Period;
use crate::clause::Clause;
use crate::language::Language;
use crate::policy::{Holder, Kind, Role, Rows, Several, Vacant};

impl Maker<'_> {
    /// The whole sheet.
    pub(super) fn sheet(&self) -> Sheet {
        let clauses = self.clauses();
        let explained = self.explained(&clauses);
        let mut parts = vec![self.how_to_read()];
        parts.extend(self.readings());
        if self.only.is_none() {
            parts.extend(self.population());
        }
        for kind in &self.pack.policy.kinds {
            let of_kind = clauses.iter().filter(|clause| clause.kind == kind.name);
            let of_kind: Vec<Part> = of_kind.filter_map(|clause| self.clause(clause)).collect();
            if !of_kind.is_empty() {
                parts.push(self.chapter(&self.judged(kind), Vec::new()));
                parts.extend(of_kind);
            }
        }
        let definitions = self.definitions(&explained);
        if !definitions.is_empty() {
            parts.push(self.chapter(self.pick("定义", "Definitions"), Vec::new()));
            parts.extend(definitions);
        }
        let of = self.only.map(|_| clauses.as_slice());
        let parameters = self.parameters(of);
        if !parameters.rows.is_empty() {
            parts.push(self.chapter(self.pick("参数", "Parameters"), vec![Piece::Grid(parameters)]));
        }
        let calendars = self.calendars();
        if !calendars.rows.is_empty() {
            parts.push(self.chapter(self.pick("日历", "Calendars"), vec![Piece::Grid(calendars)]));
        }
        let bearers = self.bearers(&clauses);
        parts.push(self.chapter(self.pick("由谁承担", "Who bears"), vec![Piece::Grid(bearers)]));
        if self.only.is_none() {
            parts.extend(self.settlement());
            let contradictions = self.contradictions();
            if !contradictions.is_empty() {
                let title = self.pick("自相矛盾的记录", "Rows that contradict themselves");
                parts.push(self.chapter(title, Vec::new()));
                parts.extend(contradictions);
            }
        }
        parts.push(self.signatures());
        let policy = &self.pack.policy;
        Sheet {
            language: self.language,
            title: policy.title.get(self.language).to_owned(),
            head: self.head(),
            parts,
        }
    }

    /// The clauses shown, in judging order, then in the order in which they are written.
    fn clauses(&self) -> Vec<&Clause> {
        let mut clauses: Vec<&Clause> = match self.only {
            Some(clause) => vec![clause],
            None => self.rules.clauses().iter().filter(|clause| clause.days.contains(self.day)).collect(),
        };
        clauses.sort_by_key(|clause| (clause.position, &clause.file, clause.line));
        clauses
    }

    pub(super) fn chapter(&self, title: &str, pieces: Vec<Piece>) -> Part {
        Part { level: 2, title: title.to_owned(), pieces, ..Part::default() }
    }

    fn head(&self) -> Vec<(String, String)> {
        let policy = &self.pack.policy;
        let mut head = vec![
            (self.pick("版本", "version").to_owned(), policy.version.clone()),
            (self.pick("施行日期", "in force from").to_owned(), policy.from.to_string()),
            (self.pick("依据", "basis").to_owned(), policy.basis.get(self.language).to_owned()),
            (self.pick("所列内容以此日为准", "as in force on").to_owned(), self.day.to_string()),
        ];
        if let Some(clause) = self.only {
            head.push((self.pick("只列", "only").to_owned(), clause.title.get(self.language).to_owned()));
        }
        head.push((self.pick("校验码", "fingerprint").to_owned(), self.pack.digest.clone()));
        head
    }

    fn how_to_read(&self) -> Part {
        let points: &[(&str, &str)] = &[
            (
                "每张表自成一条规则：一行左边的条件全部成立，就按这一行的右边办理；各行互不重叠，「其他情形」指以上各行都不成立。",
                "Each table is one clause: where all conditions on the left of a row hold, what stands on its right is done. Rows exclude each other; “otherwise” is whatever no row above covers.",
            ),
            (
                "「—」表示此项不影响结果；几行合用一个结果的，任何一行成立即可。",
                "“—” means that it does not matter. Where several rows share one result, any of them leads to it.",
            ),
            (
                "表中问到的事实空缺、无从判定的，该条待定：既不认责，也不免责，补齐后再定。",
                "Where a fact that decides is missing, the clause is left open: neither guilty nor innocent until it is known.",
            ),
        ];
        let points = points.iter().map(|(zh, en)| self.pick(zh, en).to_owned()).collect();
        self.chapter(self.pick("怎样看表", "How to read the tables"), vec![Piece::List(points)])
    }

    /// What the text leaves open, and what was chosen.
    fn readings(&self) -> Option<Part> {
        let concerns = |clauses: &[String]| match self.only {
            Some(clause) => clauses.contains(&clause.name),
            None => true,
        };
        let readings = self.pack.policy.readings.iter().filter(|reading| concerns(&reading.clauses));
        let rows: Vec<Vec<String>> = readings
            .map(|reading| {
                let question = reading.question.get(self.language).to_owned();
                vec![question, reading.answer.get(self.language).to_owned()]
            })
            .collect();
        let headings = vec![
            self.pick("原文未明确的问题", "what the text leaves open").to_owned(),
            self.pick("本办法自定", "chosen here").to_owned(),
        ];
        let grid = Piece::Grid(Grid { headings, rows, ..Grid::default() });
        let title = self.pick("本办法自定之处", "Chosen here");
        (!matches!(&grid, Piece::Grid(grid) if grid.rows.is_empty())).then(|| self.chapter(title, vec![grid]))
    }

    /// What is judged, and when.
    fn judged(&self, kind: &Kind) -> String {
        let title = kind.title.get(self.language);
        let when = match (&kind.rows, self.language) {
            (Rows::Table { .. } | Rows::Raised, Language::Zh) => "逐件判定",
            (Rows::Table { .. } | Rows::Raised, Language::En) => "each one",
            (_, Language::Zh) => match kind.grid {
                Period::Day => "截至当日判定",
                Period::Months(1) => "按月判定",
                Period::Months(3) => "按季判定",
                Period::Months(6) => "按半年判定",
                Period::Months(12) => "按年判定",
                Period::Months(_) | Period::From { .. } => "按考核期判定",
            },
            (_, Language::En) => match kind.grid {
                Period::Day => "as of the day",
                Period::Months(1) => "each month",
                Period::Months(3) => "each quarter",
                Period::Months(6) => "each half year",
                Period::Months(12) => "each year",
                Period::Months(_) | Period::From { .. } => "each period",
            },
        };
        match self.language {
            Language::Zh => format!("{title}（{when}）"),
            Language::En => format!("{title} ({when})"),
        }
    }

    /// Whom each role leads to.
    fn bearers(&self, clauses: &[&Clause]) -> Grid {
        let headings = [
            ("对象", "of"),
            ("角色", "role"),
            ("如何确定", "who it is"),
            ("几人同任", "where several"),
            ("无人担任", "where nobody"),
        ];
        let headings = headings.map(|(zh, en)| self.pick(zh, en).to_owned()).to_vec();
        let mut rows: Vec<Vec<String>> = Vec::new();
        for kind in &self.pack.policy.kinds {
            let of_kind = || clauses.iter().filter(|clause| clause.kind == kind.name);
            for role in &kind.roles {
                let named =
                    of_kind().any(|clause| clause.touches.iter().any(|(touched, _)| *touched == role.name));
                if !named {
                    continue;
                }
                let title = role.title.get(self.language).to_owned();
                let title_of = |name: &str| {
                    let role = kind.role(name);
                    role.map_or_else(|| name.to_owned(), |role| role.title.get(self.language).to_owned())
                };
                let who = match (&role.holder, self.language) {
                    (Holder::Outside, _) => {
                        self.pick("外部承担，没有记分卡", "somebody outside, without a card").to_owned()
                    }
                    (Holder::Itself, Language::Zh) => format!("被考核的{title}自身"),
                    (Holder::Itself, Language::En) => "the one assessed".to_owned(),
                    (Holder::Fixed(code), _) => code.clone(),
                    (Holder::Raised, Language::Zh) => format!("被追究的{title}"),
                    (Holder::Raised, Language::En) => "whoever it was raised for".to_owned(),
                    (Holder::Column { headings, .. }, language) => {
                        let heading = headings.first().map_or("", String::as_str);
                        match language {
                            Language::Zh => format!("记录中「{heading}」一栏"),
                            Language::En => format!("the column “{heading}”"),
                        }
                    }
                    (Holder::Of(of), Language::Zh) => format!("当日{}的{title}", title_of(of)),
                    (Holder::Of(of), Language::En) => {
                        format!("the {title} of the {} on that day", title_of(of))
                    }
                };
                let several = match role.several {
                    _ if !may_be_several(kind, role) => "—",
                    Several::Each => self.pick("各计全额", "each bears the full amount"),
                    Several::First => self.pick("只由先列的一人承担", "only the one named first answers"),
                    Several::Split => self.pick("合计一份，分摊到分", "they share one amount, to the cent"),
                };
                let vacant = match &role.vacant {
                    _ if matches!(role.holder, Holder::Itself | Holder::Outside) => "—".to_owned(),
                    Vacant::Undetermined => self
                        .pick("列为未落实，考核结果待定", "listed as not borne; the result is provisional")
                        .to_owned(),
                    Vacant::Nobody => self.pick("不计", "dropped").to_owned(),
                    Vacant::Inherits(heir) => match self.language {
                        Language::Zh => format!("由{}承担", title_of(heir)),
                        Language::En => format!("the {} bears it", title_of(heir)),
                    },
                };
                let of = kind.title.get(self.language).to_owned();
                let row = vec![of, title, who, several.to_owned(), vacant];
                if !rows.contains(&row) {
                    rows.push(row);
                }
            }
        }
        Grid { headings, rows, ..Grid::default() }
    }

    /// What a veto sets on a card.
    pub(super) fn veto(&self, kind: &Kind) -> String {
        let Some(veto) = &kind.veto else { return String::new() };
        let mut sets: Vec<String> = veto
            .sets
            .iter()
            .filter_map(|(account, value)| {
                let account = kind.account(account)?;
                let value = account.unit.show(*value, self.language);
                let title = account.title.get(self.language);
                Some(match self.language {
                    Language::Zh => format!("{title}计 {value}"),
                    Language::En => format!("{title} is {value}"),
                })
            })
            .collect();
        sets.extend(veto.grade.as_ref().map(|grade| match self.language {
            Language::Zh => format!("等次定为 {grade}"),
            Language::En => format!("grade is {grade}"),
        }));
        sets.extend(veto.loses.iter().map(|lost| format!("{}{lost}", self.pick("取消", "loses "))));
        let until = veto.until.get(self.language);
        match self.language {
            Language::Zh => format!("{}；至{until}", sets.join("，")),
            Language::En => format!("{}; until {until}", sets.join(", ")),
        }
    }

    fn signatures(&self) -> Part {
        let headings = [("", ""), ("姓名", "name"), ("签字", "signature"), ("日期", "date")];
        let rows = [("起草", "drawn up by"), ("审核", "examined by"), ("批准", "approved by")];
        let rows = rows
            .map(|(zh, en)| vec![self.pick(zh, en).to_owned(), String::new(), String::new(), String::new()]);
        let grid = Grid {
            headings: headings.map(|(zh, en)| self.pick(zh, en).to_owned()).to_vec(),
            by_hand: true,
            rows: rows.to_vec(),
            ..Grid::default()
        };
        self.chapter(self.pick("签署", "Signatures"), vec![Piece::Grid(grid)])
    }
}

/// Whether a role may be held by several at a time: its column holds several codes, or that of the role it follows from.
fn may_be_several(kind: &Kind, role: &Role) -> bool {
    match &role.holder {
        Holder::Itself | Holder::Raised | Holder::Outside | Holder::Fixed(_) => false,
        Holder::Column { separator, .. } => separator.is_some(),
        // a role follows only from one declared before it
        Holder::Of(of) => kind.role(of).is_some_and(|of| may_be_several(kind, of)),
    }
}
