//! Bulletins for readers and for programs: on a terminal, as a page, as data.

mod data;
mod page;
mod screen;

pub use data::{bulletin_json, part_csv};
pub use page::bulletin_sheet;
pub use screen::bulletin_screen;

use super::Subject;
use crate::bulletin::Bulletin;
use crate::language::Text;
use crate::policy::Cadence;

/// What a bulletin is called: the policy, what sort it is, and of when.
fn title(subject: &Subject<'_>, bulletin: &Bulletin) -> Text {
    let (zh, en) = match bulletin.span.cadence {
        Cadence::Daily => ("日监控", "daily watch"),
        Cadence::Weekly => ("周通报", "weekly bulletin"),
        Cadence::Monthly => ("月分析", "monthly analysis"),
    };
    let (policy, span) = (&subject.pack.policy.title, bulletin.span.title());
    Text::new(format!("{}{zh} · {}", policy.zh, span.zh), format!("{}, {en} · {}", policy.en, span.en))
}

/// As of when it is, and whether that is the end of it.
fn until(subject: &Subject<'_>, bulletin: &Bulletin) -> Text {
    let open = subject.assessment.scorecards.iter().filter(|card| card.is_provisional()).count();
    let provisional = match open {
        0 => Text::same(""),
        _ => Text::new(
            format!(" · 暂定：{open} 张考核卡还缺事实或未满期"),
            format!(" · PROVISIONAL: {open} cards wait for facts or for the period to end"),
        ),
    };
    let policy = &subject.pack.policy;
    let until = bulletin.until;
    let (id, version) = (&policy.id, &policy.version);
    Text::new(
        format!("考核办法 {id} {version} · 截至 {until}{}", provisional.zh),
        format!("policy {id} {version} · as of {until}{}", provisional.en),
    )
}

/// What a reader must know of a state of the past.
fn caution(bulletin: &Bulletin) -> Option<Text> {
    (bulletin.span.cadence != Cadence::Monthly).then(|| {
        let until = bulletin.until;
        Text::new(
            format!("按 {until} 当天所知重算：此后受理的、此后的时间一律不计；没有时间可据的各栏以现有数据为准；剩余时间自当日 24 时起算"),
            format!("worked out as it was known on {until}: later rows and moments do not count; columns that no moment goes with stand as they are now; time left counts from the end of that day"),
        )
    })
}
