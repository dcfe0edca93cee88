//! What policies most often leave unsaid: a fixed list of questions that a pack is asked where its content raises them.

use crate::language::Text;

/// A standard question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unsaid {
    /// Of what is a percentage?
    PercentageBase,
    /// Over which time is it counted how often?
    Window,
    /// Does 以上 hold the number itself?
    Edge,
    /// Does a repetition add to what came before, or replace it?
    Repetition,
    /// Do leaders share one amount, or bear theirs in addition?
    Leaders,
    /// Within what does only the highest count?
    HighestScope,
    /// What does a veto set?
    VetoEffect,
    /// Is the floor taken before or after the bonus?
    FloorAndBonus,
    /// Does a part of a step count, and how?
    Steps,
    /// What stops a clock?
    ClockStops,
    /// Who bears what a vacant post would?
    Vacancy,
    /// What becomes of cascades and ranks where an appeal is upheld?
    Appeal,
}

impl Unsaid {
    /// Every question, in the order in which they are shown.
    pub const ALL: [Self; 12] = [
        Self::PercentageBase,
        Self::Window,
        Self::Edge,
        Self::Repetition,
        Self::Leaders,
        Self::HighestScope,
        Self::VetoEffect,
        Self::FloorAndBonus,
        Self::Steps,
        Self::ClockStops,
        Self::Vacancy,
        Self::Appeal,
    ];

    /// What a reading calls it in `answers`.
    pub fn name(self) -> &'static str {
        match self {
            Self::PercentageBase => "percentage base",
            Self::Window => "window",
            Self::Edge => "edge",
            Self::Repetition => "add or replace",
            Self::Leaders => "split or additional",
            Self::HighestScope => "scope of highest",
            Self::VetoEffect => "veto effect",
            Self::FloorAndBonus => "floor and bonus",
            Self::Steps => "step or proportional",
            Self::ClockStops => "clock stops",
            Self::Vacancy => "vacancy",
            Self::Appeal => "upheld appeal",
        }
    }

    /// The question of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unsaid| unsaid.name() == name)
    }

    /// The code under which it is asked.
    pub fn code(self) -> &'static str {
        match self {
            Self::PercentageBase => "I060",
            Self::Window => "I061",
            Self::Edge => "I062",
            Self::Repetition => "I063",
            Self::Leaders => "I064",
            Self::HighestScope => "I065",
            Self::VetoEffect => "I066",
            Self::FloorAndBonus => "I067",
            Self::Steps => "I068",
            Self::ClockStops => "I069",
            Self::Vacancy => "I070",
            Self::Appeal => "I071",
        }
    }

    /// The question as a person asks it.
    pub fn question(self) -> Text {
        match self {
            Self::PercentageBase => Text::new("百分比以什么为基数？", "A percentage of what?"),
            Self::Window => Text::new("在多长时间之内计次？", "Counted over which time?"),
            Self::Edge => {
                Text::new("“以上”“以下”“超过”含不含本数？", "Does the edge of a band or limit belong to it?")
            }
            Self::Repetition => Text::new(
                "再次发生的，是加在以前各次之上，还是取代以前各次？",
                "Does a repetition add to what came before, or replace it?",
            ),
            Self::Leaders => Text::new(
                "负责人的关联考核是另加，还是从同一金额中分摊？",
                "Do leaders bear theirs in addition, or share one amount?",
            ),
            Self::HighestScope => {
                Text::new("就高不重复在什么范围之内？", "Within what does only the highest count?")
            }
            Self::VetoEffect => {
                Text::new("否决之后，其余各项如何？", "What becomes of everything else after a veto?")
            }
            Self::FloorAndBonus => Text::new(
                "下限、上限在加分之前取，还是之后取？",
                "Are floor and ceiling taken before or after what is awarded?",
            ),
            Self::Steps => Text::new("不足一步的如何计？", "Does a part of a step count, and how?"),
            Self::ClockStops => Text::new("什么使计时停下？", "What stops the clock?"),
            Self::Vacancy => Text::new("无人担任时由谁承担？", "Who bears it where nobody holds the post?"),
            Self::Appeal => Text::new(
                "申诉成立后，由它产生的记录、名次怎么办？",
                "What becomes of raised rows and ranks where an appeal is upheld?",
            ),
        }
    }

    /// What a pack that says nothing more comes to.
    pub fn as_it_is(self) -> Text {
        match self {
            Self::PercentageBase => {
                Text::new("以规则中所乘的那笔金额为基数", "of the amount that the clause multiplies by it")
            }
            Self::Window => Text::new("在该卡的考核期内", "over the period of the card"),
            Self::Edge => Text::new(
                "写作 >=、<= 的含本数，写作 >、< 的不含",
                "the number itself belongs to >= and <=, and not to > and <",
            ),
            Self::Repetition => {
                Text::new("每次各计一次，以前各次照计", "each counts, on top of those before")
            }
            Self::Leaders => Text::new(
                "另加：各自承担自己的一份，不冲减他人",
                "in addition: each bears its own, and nobody's becomes less",
            ),
            Self::HighestScope => Text::new(
                "在 per 所列各项相同的结果之内",
                "among findings that have in common what `per` lists",
            ),
            Self::VetoEffect => {
                Text::new("否决没有写到的，照常结算", "what the veto does not name settles as it would")
            }
            Self::FloorAndBonus => {
                Text::new("加减全部计入之后取一次", "once, after everything was added and taken")
            }
            Self::Steps => {
                Text::new("按比例计，不足一步的也按比例", "in proportion, also of a part of a step")
            }
            Self::ClockStops => Text::new("不停", "nothing"),
            Self::Vacancy => Text::new(
                "列为无人承担，结果为暂定",
                "nobody: it is listed as not borne, and the result is provisional",
            ),
            Self::Appeal => Text::new(
                "更正事实后全部重算，产生的记录和名次随之改变",
                "the fact is mended and all is worked out anew, raised rows and ranks too",
            ),
        }
    }
}
