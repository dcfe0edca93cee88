//! How cards settle, in words: what they open at and are kept within, what is summed, how they are graded and ranked, how
//! many may have a grade, what a veto sets, what they weigh, and what may be withheld from pay.

use super::{Grid, Maker, Part, Piece};
use crate::amount::{self, RoundingMode};
use crate::language::Language;
use crate::policy::{
    Account, Best, Cut, Figure, Given, Grade, Guarded, Kind, Places, Quota, Ranking, Rest, Ties, Vetoed,
};

impl Maker<'_> {
    /// How the cards settle: balances, grades, ranks, vetoes, and what they weigh.
    pub(super) fn settlement(&self) -> Option<Part> {
        let cards =
            || self.pack.policy.kinds.iter().filter(|kind| kind.is_card() && !kind.accounts.is_empty());
        let is_ranked = cards().any(|kind| kind.ranking.is_some());
        let headings = [
            Some(("考核对象", "card")),
            Some(("科目", "accounts")),
            Some(("等次", "grade")),
            Some(("排名与名额", "rank and quotas")).filter(|_| is_ranked),
            Some(("一票否决", "veto")),
            Some(("在综合考核中", "in the larger review")),
        ];
        let headings = headings.into_iter().flatten().map(|(zh, en)| self.pick(zh, en).to_owned()).collect();
        let rows: Vec<Vec<String>> = cards().map(|kind| self.card(kind, is_ranked)).collect();
        let title = self.pick("得分与等次", "Scores and grades");
        let grid = Grid { headings, rows, ..Grid::default() };
        let has_rows = !grid.rows.is_empty();
        let pieces = [Some(Piece::Grid(grid)), self.wage_guard().map(Piece::Words)];
        has_rows.then(|| self.chapter(title, pieces.into_iter().flatten().collect()))
    }

    /// How much of which charges may be withheld from one month's pay, and what becomes of the rest.
    fn wage_guard(&self) -> Option<String> {
        let guard = self.pack.policy.wage_guard.as_ref()?;
        let title = |guarded: &Guarded| {
            let (_, kind, account) = guarded.of(&self.pack.policy)?;
            Some(format!("{} {}", kind.title.get(self.language), account.title.get(self.language)))
        };
        let charges = self.listed(&guard.charges.iter().filter_map(title).collect::<Vec<_>>());
        let (share, minimum) = (self.cap(&guard.share), self.cap(&guard.minimum));
        let rest = match guard.rest {
            Rest::Carry => self.pick("其余结转下月", "the rest is carried on into the next month"),
            Rest::Waive => self.pick("其余免扣", "the rest is waived"),
        };
        Some(match self.language {
            Language::Zh => format!(
                "工资保护：一人各卡的扣款（{charges}）合计，当月从工资中扣除的不超过其 {share}，扣后不低于 {minimum}；{rest}。"
            ),
            Language::En => format!(
                "Wage guard: of what all cards of a person are charged together ({charges}), no more is withheld from a month's pay than {share} of it, and no less is left than {minimum}; {rest}."
            ),
        })
    }

    fn card(&self, kind: &Kind, is_ranked: bool) -> Vec<String> {
        let accounts: Vec<String> = kind.accounts.iter().map(|account| self.account(kind, account)).collect();
        let veto = kind.veto.as_ref().map(|veto| {
            let basis = veto.basis.get(self.language);
            format!("{}\n{}{basis}", self.veto(kind), self.pick("依据：", "basis: "))
        });
        let review: Vec<String> =
            kind.weight.iter().chain(&kind.coefficient).map(|name| self.parameter(name)).collect();
        let or_none = |cell: Option<String>| cell.unwrap_or_else(|| "—".to_owned());
        let mut row = vec![
            kind.title.get(self.language).to_owned(),
            accounts.join("\n"),
            or_none(kind.grade.as_ref().map(|grade| self.grade(kind, grade))),
        ];
        if is_ranked {
            row.push(or_none(kind.ranking.as_ref().map(|ranking| self.ranking(kind, ranking))));
        }
        row.push(or_none(veto));
        row.push(or_none((!review.is_empty()).then(|| review.join("\n"))));
        row
    }

    /// The title of an account, a fact or a role of a card.
    fn of_card(&self, kind: &Kind, name: &str) -> String {
        let account = kind.account(name).map(|account| &account.title);
        let fact = || kind.schema.get(name).map(|fact| &fact.title);
        let title = account.or_else(fact).or_else(|| kind.role(name).map(|role| &role.title));
        title.map_or_else(|| name.to_owned(), |title| title.get(self.language).to_owned())
    }

    fn figure(&self, kind: &Kind, account: &Account, figure: &Figure) -> String {
        match figure {
            Figure::Number(number) => account.unit.show(*number, self.language),
            Figure::Named(name) if kind.schema.get(name).is_some() => self.of_card(kind, name),
            Figure::Named(name) => self.cap(name),
        }
    }

    fn account(&self, kind: &Kind, account: &Account) -> String {
        let mut said = account.title.get(self.language).to_owned();
        if account.is_sum() {
            let parts: Vec<String> = account.parts.iter().map(|part| self.of_card(kind, part)).collect();
            said.push_str(self.pick("：", ": "));
            said.push_str(&parts.join(" + "));
        } else {
            let nothing = Figure::Number(rust_decimal::Decimal::ZERO);
            let opening = self.figure(kind, account, account.opening.as_ref().unwrap_or(&nothing));
            said.push_str(self.pick("：起始 ", ": starts at "));
            said.push_str(&opening);
        }
        for (end, zh, en) in [(&account.floor, "最低 ", "least "), (&account.ceiling, "最高 ", "most ")] {
            if let Some(end) = end {
                said.push_str(self.pick("，", ", "));
                said.push_str(self.pick(zh, en));
                said.push_str(&self.figure(kind, account, end));
            }
        }
        said
    }

    fn grade(&self, kind: &Kind, grade: &Grade) -> String {
        let mut said = self.listed(&grade.scale);
        if !grade.unrated.is_empty() {
            let unrated = self.listed(&grade.unrated);
            said.push_str(&match self.language {
                Language::Zh => format!("；另有 {unrated}，只由规则直接评定"),
                Language::En => format!("; besides {unrated}, which only a clause sets"),
            });
        }
        said.push('\n');
        said.push_str(&match &grade.given {
            Given::Table { table, by } => {
                let by: Vec<String> = by.iter().map(|name| self.of_card(kind, name)).collect();
                let (by, table) = (self.listed(&by), self.parameter_title(table));
                match self.language {
                    Language::Zh => format!("按{by}，见参数「{table}」"),
                    Language::En => format!("by {by}, see the parameter “{table}”"),
                }
            }
            Given::Fact(name) => {
                let fact = self.of_card(kind, name);
                match self.language {
                    Language::Zh => format!("即「{fact}」"),
                    Language::En => format!("what “{fact}” says"),
                }
            }
        });
        said
    }

    fn ranking(&self, kind: &Kind, ranking: &Ranking) -> String {
        let by = self.of_card(kind, &ranking.by);
        let best = match ranking.best {
            Best::Highest => self.pick("高者在前", "the highest first"),
            Best::Lowest => self.pick("低者在前", "the lowest first"),
        };
        let among: Vec<String> = ranking.among.iter().map(|name| self.of_card(kind, name)).collect();
        let among = match (among.is_empty(), self.language) {
            (true, Language::Zh) => "全体排名".to_owned(),
            (true, Language::En) => "among all".to_owned(),
            (false, Language::Zh) => format!("同{}内排名", among.join("、")),
            (false, Language::En) => format!("among those of one {}", among.join(" and ")),
        };
        let ties = match ranking.ties {
            Ties::Skipped => self.pick("并列同名次，其后跳过", "ties share a rank and the next is skipped"),
            Ties::Follows => self.pick("并列同名次，其后不跳", "ties share a rank and the next follows"),
            Ties::Mean => self.pick("并列取名次平均", "ties share the mean of their ranks"),
        };
        let mut lines = vec![match self.language {
            Language::Zh => format!("{among}，按{by}，{best}；{ties}"),
            Language::En => format!("{among} by {by}, {best}; {ties}"),
        }];
        if kind.veto.is_some() {
            let vetoed = match ranking.vetoed {
                Vetoed::Last => self.pick("被否决的排在最后", "who is vetoed comes last"),
                Vetoed::Out => self.pick("被否决的不参加排名", "who is vetoed is not ranked"),
            };
            lines.push(vetoed.to_owned());
        }
        if let Some(least) = ranking.smallest.map(amount::plain) {
            lines.push(match self.language {
                Language::Zh => format!("不足 {least} 个的不排名"),
                Language::En => format!("fewer than {least} are not ranked"),
            });
        }
        lines.extend(kind.quotas.iter().map(|quota| self.quota(quota)));
        lines.join("\n")
    }

    fn quota(&self, quota: &Quota) -> String {
        let places = match &quota.at_most {
            Places::Count(count) => amount::plain(*count),
            Places::Share(share) => amount::percent(*share),
            Places::Parameter(name) => self.cap(name),
        };
        let rounded = match quota.rounded {
            RoundingMode::Down => self.pick("舍去零头", "rounded down"),
            RoundingMode::Up => self.pick("零头进一", "rounded up"),
            RoundingMode::HalfUp | RoundingMode::HalfEven => self.pick("四舍五入", "rounded half up"),
        };
        let ties = match quota.ties {
            Cut::AllIn => self.pick("末位并列的都算", "all who tie for the last place have it"),
            Cut::AllOut => {
                self.pick("末位并列而容不下的都不算", "who tie for more than the last place have it not")
            }
        };
        let grade = &quota.grade;
        match self.language {
            Language::Zh => format!("{grade} 至多 {places}（{rounded}，{ties}），超出的降一等"),
            Language::En => {
                format!("{grade}: at most {places} ({rounded}; {ties}); others get the next lower grade")
            }
        }
    }
}
