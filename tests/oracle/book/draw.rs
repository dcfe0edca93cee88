//! Draws a random policy: kinds with facts that look at several rows, and functions over them.

use super::model::{
    Account, Does, Fact, Function, Holder, Kind, Lasts, Length, Model, Origin, Role, Rows, Type,
};
use super::numbers::parameters;
use super::script::Script;
use crate::chance::Chance;

pub(super) const SEVERITY: &[&str] = &["minor", "general", "serious"];
pub(super) const GRADES: &[&str] = &["A", "B", "C"];
pub(super) const STAGES: &[&str] = &["none", "one", "more"];
pub(super) const ANY: Type = Type::Number(None, None, None);

/// The policy of a chance.
pub(super) fn model(chance: &mut Chance) -> Model {
    let mut model = Model {
        kinds: Vec::new(),
        functions: Vec::new(),
        parameters: parameters(chance),
        cap: chance.happens(2, 3).then(|| {
            let clause = (*chance.one(&["complaint_raises", "warning_raises"])).to_owned();
            let per = [&["card"][..], &["card", "clause"], &["record"], &["card", "severity"]];
            (clause, chance.one(&per).to_vec())
        }),
        gaps: chance.happens(1, 2),
    };
    for draw in [notice, complaint, warning, person, measure, unit, unit_head, person_quarter] {
        draw(&mut Draw { chance, model: &mut model });
    }
    model
}

/// Where a kind is drawn; the kinds before it stand in the model.
pub(super) struct Draw<'d> {
    pub(super) chance: &'d mut Chance,
    pub(super) model: &'d mut Model,
}

fn column(name: &str, of: Type) -> Fact {
    Fact { name: name.to_owned(), of, from: Origin::Column }
}

fn kind(name: &'static str, rows: Rows, facts: Vec<Fact>, roles: Vec<Role>) -> Kind {
    Kind {
        name,
        rows,
        counted_at: None,
        lasts: None,
        months: 1,
        facts,
        roles,
        accounts: Vec::new(),
        graded: false,
    }
}

fn role(name: &'static str, is: &'static str, holder: Holder) -> Role {
    Role { name, is, holder, need_not: holder == Holder::Raised, split: false }
}

fn accounts(chance: &mut Chance) -> Vec<Account> {
    let limit = |chance: &mut Chance, limits: &[i64]| chance.happens(1, 3).then(|| *chance.one(limits));
    let (floor, ceiling) = (limit(chance, &[0, 80, 90]), limit(chance, &[100, 104, 120]));
    let points = Account { name: "points", opening: 100, floor, ceiling, plus: "award", minus: "deduct" };
    let money =
        Account { name: "money", opening: 0, floor: None, ceiling: None, plus: "credit", minus: "charge" };
    vec![points, money]
}

fn notice(draw: &mut Draw<'_>) {
    let facts = vec![
        column("number", Type::Text),
        column("sent", Type::Moment),
        column("valid_until", Type::Moment),
        column("customer", Type::Text),
        column("client", Type::Text),
        column("size", Type::Number(Some(0), Some(0), None)),
        column("counts", Type::Flag),
    ];
    let mut handler = role("handler", "person", Holder::Column);
    handler.need_not = true;
    let mut own = kind("notice", Rows::Table("sent"), facts, vec![handler]);
    let length = *draw.chance.one(&[Length::Days(30), Length::Months(1), Length::Months(6), Length::Endless]);
    let (until, otherwise) = *draw.chance.one(&[
        (Some("valid_until"), Some(length)),
        (None, Some(length)),
        (Some("valid_until"), None),
    ]);
    own.lasts = Some(Lasts { until, otherwise });
    draw.model.kinds.push(own);
    draw.between("notice", 2, 1);
    draw.clause("notice", "notice_points");
}

fn complaint(draw: &mut Draw<'_>) {
    let facts = vec![
        column("number", Type::Text),
        column("accepted", Type::Moment),
        column("closed", Type::Moment),
        column("begun", Type::Moment),
        column("customer", Type::Text),
        column("incident", Type::Text),
        column("upheld", Type::Flag),
        column("bypassed", Type::Flag),
        column("severity", Type::Words(SEVERITY)),
        column("loss", Type::Number(Some(2), Some(0), None)),
        column("delta", ANY),
        column("weight", Type::Number(Some(0), Some(0), None)),
    ];
    let mut partners = role("partners", "person", Holder::Column);
    (partners.need_not, partners.split) = (true, draw.chance.happens(1, 2));
    let mut head = role("unit_head", "unit_head", Holder::Of("unit"));
    head.need_not = draw.chance.happens(1, 2);
    let unit = role("unit", "unit", Holder::Of("handler"));
    let roles = vec![role("handler", "person", Holder::Column), partners, unit, head];
    let mut own = kind("complaint", Rows::Table("accepted"), facts, roles);
    own.counted_at = draw.chance.happens(1, 2).then_some("closed");
    draw.model.kinds.push(own);
    draw.define("complaint", "serious", Type::Flag);
    draw.define("complaint", "score", ANY);
    draw.between("complaint", 6, 4);
    draw.define("complaint", "late", Type::Flag);
    draw.between("complaint", 2, 1);
    draw.clause("complaint", "complaint_points");
    draw.clause("complaint", "complaint_more");
    draw.raising(
        "complaint",
        "complaint_raises",
        &["handler", "handler", "unit_head", "partners"],
        "warning",
    );
}

fn warning(draw: &mut Draw<'_>) {
    let carried = |name: &str, of: Type, from: &'static str| Fact {
        name: name.to_owned(),
        of,
        from: Origin::Carried(from),
    };
    let facts = vec![
        carried("severity", Type::Words(SEVERITY), "severity"),
        carried("loss", ANY, "loss"),
        carried("begun_by", Type::Text, "root"),
        carried("by_clause", Type::Text, "clause"),
        carried("of_record", Type::Text, "record"),
    ];
    let mut boss = role("boss", "unit_head", Holder::Of("unit"));
    boss.need_not = draw.chance.happens(1, 2);
    let mut unit = role("unit", "unit", Holder::Of("person"));
    unit.need_not = draw.chance.happens(1, 2);
    let roles =
        vec![role("person", "person", Holder::Raised), role("head", "unit_head", Holder::Raised), unit, boss];
    draw.model.kinds.push(kind("warning", Rows::Raised, facts, roles));
    draw.between("warning", 4, 3);
    draw.define("warning", "grave", Type::Flag);
    draw.clause("warning", "warning_points");
    draw.raising("warning", "warning_raises", &["boss"], "warning");
}

fn person(draw: &mut Draw<'_>) {
    let mut unit = role("unit", "unit", Holder::Of("person"));
    unit.need_not = draw.chance.happens(1, 2);
    let roles = vec![role("person", "person", Holder::Itself), unit];
    let mut own = kind("person", Rows::Members("person"), Vec::new(), roles);
    own.accounts = accounts(draw.chance);
    own.graded = true;
    draw.model.kinds.push(own);
    draw.latest("person", "handler");
    draw.of_cards(
        "person",
        &[("complaint", &["handler", "partners", ""]), ("notice", &[""]), ("warning", &["person", ""])],
        5,
    );
    draw.of_cards("person", &[("person", &[""])], 2);
    draw.define("person", "rate", ANY);
    draw.define("person", "good", Type::Flag);
    draw.clause("person", "person_points");
    draw.clause("person", "person_more");
    draw.raising("person", "person_raises", &["unit"], "measure");
}

fn measure(draw: &mut Draw<'_>) {
    let unit = role("unit", "unit", Holder::Raised);
    let rate = Fact { name: "rate".to_owned(), of: ANY, from: Origin::Carried("rate") };
    draw.model.kinds.push(kind("measure", Rows::Raised, vec![rate], vec![unit]));
    draw.between("measure", 2, 2);
    draw.clause("measure", "measure_points");
}

fn unit(draw: &mut Draw<'_>) {
    let mut head = role("head", "unit_head", Holder::Of("unit"));
    head.need_not = draw.chance.happens(1, 2);
    let mut own =
        kind("unit", Rows::Members("unit"), Vec::new(), vec![role("unit", "unit", Holder::Itself), head]);
    own.accounts = accounts(draw.chance);
    draw.model.kinds.push(own);
    draw.of_cards(
        "unit",
        &[("complaint", &["unit"]), ("person", &["unit"]), ("measure", &[""]), ("warning", &["unit"])],
        4,
    );
    draw.of_cards("unit", &[("unit", &[""])], 1);
    draw.clause("unit", "unit_points");
}

fn unit_head(draw: &mut Draw<'_>) {
    let roles = vec![role("unit_head", "unit_head", Holder::Itself)];
    let mut own = kind("unit_head", Rows::Posts("unit_head"), Vec::new(), roles);
    own.accounts = accounts(draw.chance);
    draw.model.kinds.push(own);
    draw.of_cards(
        "unit_head",
        &[("complaint", &["unit_head"]), ("unit", &["head"]), ("warning", &["head", "boss", ""])],
        3,
    );
    draw.clause("unit_head", "head_points");
}

fn person_quarter(draw: &mut Draw<'_>) {
    let roles = vec![role("person_quarter", "person_quarter", Holder::Itself)];
    let mut own = kind("person_quarter", Rows::Members("person"), Vec::new(), roles);
    own.accounts = accounts(draw.chance);
    own.months = 3;
    draw.model.kinds.push(own);
    draw.of_cards("person_quarter", &[("person", &[""])], 3);
    draw.of_cards("person_quarter", &[("complaint", &["handler"]), ("warning", &["person"])], 2);
    draw.clause("person_quarter", "quarter_points");
}

impl Draw<'_> {
    pub(super) fn script(&mut self, kind: &str) -> Script<'_> {
        Script { kind: self.model.kind(kind), chance: self.chance, model: self.model, carries: None }
    }

    pub(super) fn add(&mut self, kind: &'static str, name: &str, does: Does) {
        self.model.functions.push(Function { name: name.to_owned(), kind, does });
    }

    fn clause(&mut self, kind: &'static str, name: &str) {
        let body = self.script(kind).clause();
        self.add(kind, name, Does::Clause(body));
    }

    fn raising(&mut self, kind: &'static str, name: &str, roles: &[&'static str], raised: &'static str) {
        let body = self.script(kind).raising(roles, raised);
        self.add(kind, name, Does::Clause(body));
    }

    fn define(&mut self, kind: &'static str, name: &str, of: Type) {
        let by = format!("{kind}_{name}");
        let value = self.script(kind).any(&of);
        self.add(kind, &by, Does::Defines(value));
        self.push(kind, Fact { name: name.to_owned(), of, from: Origin::Defined(by) });
    }

    pub(super) fn push(&mut self, kind: &str, fact: Fact) {
        let place = self.model.place(kind);
        self.model.kinds[place].facts.push(fact);
    }
}
