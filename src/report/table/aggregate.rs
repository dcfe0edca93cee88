//! What a fact made out of several rows is, in a sentence.

use super::Maker;
use crate::fact::{Aggregate, Measure, Window};
use crate::language::{Language, Text};
use crate::policy::Kind;

impl Maker<'_> {
    /// What an aggregate of a kind is.
    pub(super) fn aggregate(&self, kind: &Kind, aggregate: &Aggregate) -> String {
        let Some((_, over)) = self.pack.policy.kind(&aggregate.over) else { return String::new() };
        let language = self.language;
        let rows = over.title.get(language);
        let only = aggregate.condition.as_ref().map(|fact| self.named(over, fact));
        let whose = self.whose(kind, over, aggregate);
        let window = self.window(kind, &aggregate.window);
        let (fact, weight) = (&aggregate.fact, &aggregate.weight);
        let number = fact.as_ref().map(|fact| self.named(over, fact)).unwrap_or_default();
        let weight = weight.as_ref().map(|fact| self.named(over, fact)).unwrap_or_default();
        let by = aggregate.by.as_deref().unwrap_or_default();
        let top = aggregate.top.map(|top| match language {
            Language::Zh => format!("，至多计 {top}（即 {top} 及以上）"),
            Language::En => format!(", no more than {top}: it stands for {top} or more"),
        });
        let top = top.unwrap_or_default();
        match language {
            Language::Zh => {
                let window = window.zh;
                let only = only.map(|only| format!("「{only}」为是的")).unwrap_or_default();
                let what = match aggregate.measure {
                    Measure::Count => "件数".to_owned(),
                    Measure::Sum => format!("「{number}」之和"),
                    Measure::Max => format!("「{number}」的最大值"),
                    Measure::Min => format!("「{number}」的最小值"),
                    Measure::Last => format!("最近一件的「{number}」"),
                    Measure::Fold => format!("按日期逐件以 `{by}` 累算的结果"),
                    Measure::Apportion => {
                        return format!("「{number}」在{whose}的{rows}之间按「{weight}」分摊的份额。");
                    }
                };
                if only.is_empty() && aggregate.measure == Measure::Count {
                    return format!("{window}{whose}的{rows}的件数{top}。");
                }
                format!("{window}{whose}的{rows}中，{only}{what}{top}。")
            }
            Language::En => {
                let window = window.en;
                let only = only.map(|only| format!(" for which “{only}” is yes")).unwrap_or_default();
                let rows = rows.to_lowercase();
                let what = match aggregate.measure {
                    Measure::Count => "How many there are".to_owned(),
                    Measure::Sum => format!("The sum of “{number}”"),
                    Measure::Max => format!("The largest “{number}”"),
                    Measure::Min => format!("The smallest “{number}”"),
                    Measure::Last => format!("“{number}” of the latest"),
                    Measure::Fold => format!("What `{by}` comes to, carried from one to the next by date,"),
                    Measure::Apportion => {
                        return format!(
                            "The share of “{number}” by “{weight}”, divided among the rows of “{rows}” {whose}."
                        );
                    }
                };
                format!("{what} among the rows of “{rows}” {window} {whose}{only}{top}.")
            }
        }
    }

    /// A fact or account of a kind as reports name it.
    fn named(&self, kind: &Kind, name: &str) -> String {
        let account = kind.account(name).map(|account| account.title.get(self.language).to_owned());
        account.unwrap_or_else(|| self.title_of(kind, name))
    }

    /// Which rows: those of one bearer, or those that have something in common.
    fn whose(&self, kind: &Kind, over: &Kind, aggregate: &Aggregate) -> String {
        let language = self.language;
        if aggregate.is_between_rows() {
            let role = |name: &str| kind.role(name).map(|role| role.title.get(language).to_owned());
            let names =
                aggregate.same.iter().map(|(own, _)| role(own).unwrap_or_else(|| self.title_of(kind, own)));
            let names: Vec<String> = names.collect();
            return match language {
                Language::Zh => format!("「{}」相同", names.join("」「")),
                Language::En => format!("with the same {}", names.join(" and ").to_lowercase()),
            };
        }
        let by = aggregate.role.as_ref().and_then(|role| over.role(role));
        let title = by.map_or_else(|| kind.title.get(language), |role| role.title.get(language));
        match language {
            Language::Zh => format!("归该{title}"),
            Language::En => format!("that belong to the same {}", title.to_lowercase()),
        }
    }

    fn window(&self, kind: &Kind, window: &Window) -> Text {
        match window {
            Window::Period => Text::new("当期", "of the period"),
            Window::Anniversary(fact) => {
                let title = self.title_of(kind, fact);
                Text::new(
                    format!("自「{title}」周年日起"),
                    format!("since the last anniversary of “{title}”"),
                )
            }
            Window::Since(name) => {
                let title =
                    self.pack.policy.kind(name).map(|(_, kind)| kind.title.clone()).unwrap_or_default();
                Text::new(format!("自上次{}以来", title.zh), format!("since the last of “{}”", title.en))
            }
            window => window.title(),
        }
    }
}
