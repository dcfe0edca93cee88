//! The pages that people get: the report and the statements say what the scorecards say, hold what they must and nothing
//! of anybody else, and no word of a book becomes markup.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test code: a fault should stop the test"
)]

use super::commands::{LANGUAGES, Said, copy_folder, entries, small_book};
use super::shared::root;
use super::table::assert_well_formed;
use assert_cmd::Command;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const BOOKS: [&str; 3] =
    ["fixtures/telecom-2026-10", "fixtures/power-supply-2026-10", "fixtures/market-regulator-2026-10"];
const TELECOM: &str = BOOKS[0];

/// Assesses a book with a report and statements, where no browser is to be found.
fn write(book: &Path, language: &str) -> (TempDir, Said) {
    let place = TempDir::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_renze"));
    command
        .current_dir(root())
        .env("LANG", "C")
        .env("NO_COLOR", "1")
        .env("RENZE_CHROMIUM", "/no/such/browser");
    command.args(["--lang", language, "assess"]).arg(book).arg("--out").arg(place.path().join("out"));
    let output = command.args(["--format", "html,statements"]).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (code, out, err) = (output.status.code().unwrap(), text(output.stdout), text(output.stderr));
    assert!([0, 4].contains(&code), "{err}");
    (place, Said { code, out, err })
}

fn page(place: &TempDir, name: &str) -> String {
    fs::read_to_string(place.path().join("out").join(name)).unwrap()
}

/// The rows of a data file by heading.
fn data(place: &TempDir, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(place.path().join("out").join(name)).unwrap();
    let headings: Vec<String> =
        reader.headers().unwrap().iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| headings.iter().cloned().zip(row.iter().map(str::to_owned)).collect()).collect()
}

/// What stands between the first of one and the next of the other.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    text.split_once(from).unwrap_or_else(|| panic!("no {from}")).1.split_once(to).unwrap().0
}

/// The text of a piece of HTML as a reader sees it.
fn seen(html: &str) -> String {
    let mut text = String::new();
    for (place, piece) in html.split('<').enumerate() {
        text.push_str(if place == 0 { piece } else { piece.split_once('>').unwrap().1 });
    }
    [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text, |text, (entity, letter)| text.replace(entity, letter))
}

fn number(text: &str) -> Option<Decimal> {
    (!text.is_empty()).then(|| text.parse::<Decimal>().unwrap().normalize())
}

/// Code, score, charge, grade and findings of every card.
type Figures = Vec<(String, Option<Decimal>, Option<Decimal>, String, String)>;

#[test]
fn every_figure_of_every_card_is_that_of_the_data() {
    for book in BOOKS {
        for language in LANGUAGES {
            let (place, said) = write(&root().join(book), language);
            let report = page(&place, "report.html");
            let body = between(between(&report, "id=\"all\"", "</table>"), "<tbody>", "</tbody>");
            let mut shown: Figures = Vec::new();
            for row in body.split("<tr>").skip(1) {
                let cells: Vec<&str> = row.split("<td").collect();
                let value = |cell: &str| number(between(cell, "data-v=\"", "\""));
                let text = |cell: &str| seen(&format!("<td{cell}"));
                let grade = text(cells[5]).split([' ']).next().unwrap().to_owned();
                let findings = text(cells[7]).trim().to_owned();
                shown.push((text(cells[1]), value(cells[4]), value(cells[6]), grade, findings));
            }
            let cards = data(&place, "scorecards.csv");
            // a card without an account and without a finding has nothing to say
            let is_empty = |row: &BTreeMap<String, String>| {
                row["findings"] == "0"
                    && ["opening", "score", "charge"].iter().all(|column| row[*column].is_empty())
            };
            let mut written: Figures = cards
                .iter()
                .filter(|row| !is_empty(row))
                .map(|row| {
                    let (score, charge) = (number(&row["score"]), number(&row["charge"]));
                    (row["subject"].clone(), score, charge, row["grade"].clone(), row["findings"].clone())
                })
                .collect();
            shown.sort();
            written.sort();
            assert_eq!(shown, written, "{book}");
            // and the sums are those of the first screen
            let tiles = between(&report, "class=\"tiles\"", "</dl>");
            // points of different kinds never add on the page; the screen's sum of them is that of its parts
            let (points, others): (Vec<&str>, Vec<&str>) = tiles
                .split("<dt>")
                .skip(1)
                .partition(|tile| tile.starts_with("扣分：") || tile.starts_with("points deducted: "));
            let points: Decimal =
                points.iter().map(|tile| number(between(tile, "<dd>", "</dd>")).unwrap()).sum();
            let figures: BTreeSet<String> =
                others.iter().map(|tile| seen(between(tile, "<dd>", "</dd>"))).collect();
            let line = said.out.lines().find(|line| line.contains(" · ") && line.contains('¥')).unwrap();
            let is_part = |letter: char| letter.is_ascii_digit() || "¥,.".contains(letter);
            let has_money = tiles.contains("¥");
            for figure in line.split(|letter| !is_part(letter)) {
                let is_figure = figure.contains(|letter: char| letter.is_ascii_digit());
                if !is_figure || (!has_money && figure == "¥0.00") {
                    continue;
                }
                let is_points = figure.parse::<Decimal>().is_ok_and(|figure| figure == points);
                assert!(
                    is_points || figures.contains(figure),
                    "{book}: `{figure}` of the screen is not in {tiles}"
                );
            }
        }
    }
}

#[test]
fn what_needs_attention_stands_first_in_a_chart_and_its_title_says_so() {
    let (place, _) = write(&root().join("fixtures/power-supply-2026-10"), "zh");
    let report = page(&place, "report.html");
    let labels = |title: &str| -> Vec<String> {
        let chart = between(&report, &format!("<h3>{title}</h3>"), "</svg>");
        chart
            .split("text-anchor=\"end\">")
            .skip(1)
            .map(|label| label.split('<').next().unwrap().to_owned())
            .collect()
    };
    // points are taken from a unit: the lowest first; priority is only added to an area: the highest first, and no zeros
    let units = labels("供电所：得分（低者在前）");
    assert_eq!((units.first().unwrap().as_str(), units.last().unwrap().as_str()), ("甲所", "己所"));
    let areas = labels("台区：优先分（高者在前）");
    assert_eq!((areas.first().unwrap().as_str(), areas.len()), ("A505", 12));
    assert!(report.contains("以上为最高的；另有 24 个更低"));
}

#[test]
fn a_ranked_card_opens_to_its_peers() {
    let (place, _) = write(&root().join("fixtures/power-supply-2026-10"), "en");
    let report = page(&place, "report.html");
    let drill = between(&report, "<section id=\"drill\">", "</section>\n");
    let ranked: Vec<_> =
        data(&place, "scorecards.csv").into_iter().filter(|row| !row["rank"].is_empty()).collect();
    assert_eq!(drill.matches("<table class=\"peers\">").count(), ranked.len());
    let peers =
        drill.split("<table class=\"peers\">").find(|table| table.contains("rank 1/6 (by score)")).unwrap();
    let peers = seen(peers.split("</table>").next().unwrap());
    assert!(
        peers.contains("1/6Station F89.4 points ? to 88.4 pointsB ←")
            && peers.contains("2/6Station B83.5 pointsC")
            && peers.contains("6/6Station A"),
        "{peers}"
    );
}

#[test]
fn every_finding_of_the_shipped_books_opens_to_its_clause_and_facts() {
    for book in BOOKS {
        let (place, _) = write(&root().join(book), "zh");
        let report = page(&place, "report.html");
        let drill = between(&report, "<section id=\"drill\">", "</section>\n");
        let findings = data(&place, "findings.csv");
        let on_cards =
            findings.iter().filter(|row| !row["subject"].is_empty() && row["card_kind"] != "outside");
        let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
        for row in on_cards {
            *wanted.entry(row["clause_title"].clone()).or_default() += 1;
        }
        let mut shown: BTreeMap<String, usize> = BTreeMap::new();
        for heading in drill.split("<h5>").skip(1) {
            *shown.entry(seen(heading.split("</h5>").next().unwrap())).or_default() += 1;
        }
        assert_eq!(shown, wanted, "{book}");
        for row in findings.iter().filter(|row| row["suppressed"].parse::<Decimal>().is_ok()) {
            let by = row["suppressed_by"].split("; ").next().unwrap();
            assert!(seen(drill).contains(by), "{by}");
        }
    }
}

/// Elements and attributes that the pages are made of.
const ELEMENTS: [&str; 51] = [
    "a", "b", "body", "br", "button", "caption", "circle", "dd", "details", "div", "dl", "dt", "footer", "g",
    "h1", "h2", "h3", "h4", "h5", "head", "header", "html", "li", "line", "main", "meta", "nav", "p",
    "polyline", "rect", "script", "section", "span", "style", "summary", "svg", "table", "tbody", "td",
    "text", "th", "thead", "title", "tr", "ul", "ol", "b", "i", "em", "strong", "small",
];

/// Nothing of a page is loaded, and nothing in it is made of anything but our own elements and attributes.
fn assert_inert(html: &str) {
    let (before, behind) = html.split_once("<style>").unwrap();
    let (style, behind) = behind.split_once("</style>").unwrap();
    let (body, script) = behind.rsplit_once("<script nonce=").unwrap_or((behind, ""));
    for word in ["url(", "@import", "http:", "https:", "src", "fetch", "XMLHttp", "import("] {
        assert!(!style.contains(word), "the style has `{word}`");
        assert!(word == "src" || !script.contains(word), "the script has `{word}`");
    }
    assert!(before.contains("default-src 'none'"));
    for tag in [before, body].iter().flat_map(|part| part.split('<').skip(1)) {
        let tag = tag.split('>').next().unwrap();
        let name: String =
            tag.trim_start_matches('/').chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        if tag.starts_with("!DOCTYPE") {
            continue;
        }
        assert!(ELEMENTS.contains(&name.as_str()), "`<{tag}>`");
        let mut rest = tag;
        while let Some((before, value)) = rest.split_once("=\"") {
            let attribute = before.rsplit(' ').next().unwrap();
            let value = value.split('"').next().unwrap();
            assert!(
                !attribute.starts_with("on") && !["src", "style", "action"].contains(&attribute),
                "`<{tag}>`"
            );
            assert!(attribute != "href" || value.starts_with('#'), "`<{tag}>`");
            rest = rest.split_once("=\"").unwrap().1.split_once('"').unwrap().1;
        }
    }
}

/// Every page of a folder.
fn pages(place: &TempDir) -> Vec<PathBuf> {
    let out = place.path().join("out");
    let mut pages = vec![out.join("report.html"), out.join("statements.html")];
    pages.extend(entries(&out.join("statements")).iter().map(|name| out.join("statements").join(name)));
    pages
}

#[test]
fn no_page_loads_anything_and_every_page_is_well_formed() {
    for book in BOOKS {
        let (place, _) = write(&root().join(book), "en");
        for page in pages(&place) {
            let html = fs::read_to_string(&page).unwrap();
            assert_inert(&html);
            // what stands in the script is no markup
            let html = match html.split_once("<script nonce=") {
                Some((before, _)) => format!("{before}</body>\n</html>\n"),
                None => html,
            };
            assert!(assert_well_formed(&html) > 20, "{}", page.display());
        }
    }
}

/// The small book with other texts in its files.
fn changed(changes: &[(&str, &str, &str)]) -> TempDir {
    let place = small_book();
    for (file, find, replace) in changes {
        let path = place.path().join("book").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(find), "{find}");
        fs::write(&path, text.replace(find, replace)).unwrap();
    }
    place
}

#[test]
fn hostile_words_of_a_book_and_of_a_pack_are_only_words() {
    const HOSTILE: [&str; 5] = [
        "<script>alert(1)</script>",
        "\\\"><img src=x onerror=alert(1)>",
        "</title></style><svg onload=alert(1)>",
        "javascript:alert(1)",
        "'-->{{x}}${y}<!--",
    ];
    for hostile in HOSTILE {
        let plain = hostile.replace('\\', "");
        let cell = format!("\"{}\"", plain.replace('"', "\"\""));
        let book = changed(&[
            ("complaints.csv", "A-2", &cell),
            ("organisation.csv", "乙,Yi", &format!("{cell},{cell}")),
            ("organisation.csv", "城西,West", &format!("{cell},{cell}")),
            ("pack/policy.toml", "小考核", hostile),
            ("pack/policy.toml", "en = \"Small policy\"", &format!("en = \"{hostile}\"")),
            ("pack/policy.toml", "title = { zh = \"得分\"", &format!("title = {{ zh = \"{hostile}\"")),
            ("pack/clauses/points.rhai", "重大投诉", &plain),
            ("book.toml", "小公司", hostile),
        ]);
        for language in LANGUAGES {
            let (place, _) = write(&book.path().join("book"), language);
            let all = pages(&place);
            assert_eq!(all.len(), 3);
            for page in all {
                let html = fs::read_to_string(&page).unwrap();
                assert_inert(&html);
                assert!(
                    seen(html.split_once("</style>").unwrap().1).contains(&plain),
                    "{plain} is not shown"
                );
            }
        }
    }
}

#[test]
fn the_same_book_gives_the_same_pages() {
    let (one, other) = (write(&root().join(TELECOM), "zh").0, write(&root().join(TELECOM), "zh").0);
    let (pages, again) = (pages(&one), pages(&other));
    assert_eq!(pages.len(), again.len());
    for (page, again) in pages.iter().zip(&again) {
        assert_eq!(page.file_name(), again.file_name());
        assert_eq!(fs::read(page).unwrap(), fs::read(again).unwrap(), "{}", page.display());
    }
}

/// The rows of every table of findings on a statement: record and clause.
fn told(html: &str) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for table in html.split("<table class=\"findings\">").skip(1) {
        let table = table.split("</table>").next().unwrap();
        for row in table.split("<tr><th scope=\"row\">").skip(1) {
            let record = row.split("</th>").next().unwrap();
            // the identifier, before the row and the date
            let record = seen(record.split("<br>").next().unwrap());
            told.push((record.split(' ').next().unwrap().to_owned(), seen(between(row, "<b>", "</b>"))));
        }
    }
    told.sort();
    told
}

#[test]
fn a_statement_holds_every_finding_of_its_person_and_nobody_elses() {
    for book in BOOKS {
        let (place, _) = write(&root().join(book), "zh");
        let mut wanted: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        let rows = |file: &str| -> Vec<csv::StringRecord> {
            let mut reader = csv::Reader::from_path(root().join(book).join(file)).unwrap();
            reader.records().map(Result::unwrap).collect()
        };
        // people are members called so, and whoever holds a post
        let members = rows("organisation.csv").into_iter().filter(|row| &row[0] == "person");
        let people: BTreeSet<String> = members
            .map(|row| row[1].to_owned())
            .chain(rows("posts.csv").iter().map(|row| row[0].to_owned()))
            .collect();
        let card_kinds: BTreeSet<String> =
            data(&place, "scorecards.csv").into_iter().map(|row| row["kind"].clone()).collect();
        for row in data(&place, "findings.csv") {
            let is_persons = people.contains(&row["subject"]) && row["card_kind"] != "outside";
            if is_persons {
                let record = if card_kinds.contains(&row["record_kind"]) {
                    "整期指标".to_owned()
                } else {
                    row["record"].clone()
                };
                wanted.entry(row["subject"].clone()).or_default().push((record, row["clause_title"].clone()));
            }
        }
        assert!(wanted.len() > 5, "{book}");
        let files: BTreeSet<String> = entries(&place.path().join("out/statements")).into_iter().collect();
        let expected: BTreeSet<String> = wanted.keys().map(|code| format!("{code}.html")).collect();
        assert_eq!(files, expected, "{book}");
        let mut all = Vec::new();
        for (code, findings) in &mut wanted {
            findings.sort();
            let statement = page(&place, &format!("statements/{code}.html"));
            let told = told(&statement);
            assert_eq!(told.len(), findings.len(), "{book}: {code}");
            for (told, wanted) in told.iter().zip(findings.iter()) {
                assert_eq!(told, wanted, "{book}: {code}");
            }
            all.extend(told);
        }
        all.sort();
        assert_eq!(all, told(&page(&place, "statements.html")), "{book}");
    }
}

#[test]
fn whoever_has_no_finding_is_listed_and_gets_no_statement() {
    let (place, _) = write(&root().join("fixtures/bad/base"), "en");
    assert_eq!(entries(&place.path().join("out/statements")), ["P2.html"]);
    let all = page(&place, "statements.html");
    let without = seen(between(&all, "class=\"without\"", "</ul>"));
    assert!(
        without.contains("Jia (P1)") && without.contains("Bing (P3)") && !without.contains("Yi"),
        "{without}"
    );
    assert!(page(&place, "statements/P2.html").contains("The policy names no way to appeal."));
}

#[test]
fn the_deadline_is_so_many_working_days_after_the_assessment() {
    let (place, _) = write(&root().join(TELECOM), "en");
    let statement = seen(&page(&place, "statements/P040.html"));
    // Tuesday 3 November: 4, 5, 6, 9 and 10
    let line = "Appeal until: 2026-11-10 (5 working days after 2026-11-03 (statutory working days))";
    assert!(statement.contains(line), "{statement}");
    let book = TempDir::new().unwrap();
    copy_folder(&root().join(TELECOM), &book.path().join("book"));
    let manifest = book.path().join("book/book.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let pack = root().join("rules/telecom").display().to_string();
    let text = text.replace("2026-11-03", "2026-12-28").replace("../../rules/telecom", &pack);
    fs::write(&manifest, text).unwrap();
    for (language, line) in [
        ("en", "Appeal until: undetermined: the calendar is not announced (calendar 2027 not announced)"),
        ("zh", "申诉截止：待定：日历尚未公布（2027 年工作日尚未公布）"),
    ] {
        let (place, _) = write(&book.path().join("book"), language);
        assert!(seen(&page(&place, "statements/P040.html")).contains(line), "{line}");
    }
}

#[test]
fn a_provisional_statement_begins_no_days_to_appeal() {
    let (place, _) = write(&root().join(TELECOM), "zh");
    let statement = seen(&page(&place, "statements/E1.html"));
    assert!(statement.contains("暂定：仍有未定事项"), "{statement}");
    assert!(statement.contains("定案通知单的截至日之后 5 个工作日"), "{statement}");
    assert!(!statement.contains("申诉截止"), "{statement}");
}

#[test]
fn a_statement_says_which_cards_are_final_and_begins_their_days_to_appeal() {
    let (place, _) = write(&root().join(TELECOM), "zh");
    let statement = seen(&page(&place, "statements/P016.html"));
    let (open, closed) = ("第一责任人 · 城西 · 2026年10月", "个人 · 2026年10月");
    for said in [
        format!("暂定：{open}。"),
        format!("已定案：{closed}。"),
        format!("{closed}：申诉截止：2026-"),
        format!("{open} 暂定，申诉期尚未起算"),
    ] {
        assert!(statement.contains(&said), "{said} in {statement}");
    }
    // money that is taken is positive, as in the head of the card
    assert!(statement.contains("扣款 ¥600.00") && !statement.contains("−¥"), "{statement}");
}

#[test]
fn findings_of_a_statement_stand_by_the_date_that_it_names() {
    for book in BOOKS {
        let (place, _) = write(&root().join(book), "en");
        for file in entries(&place.path().join("out/statements")) {
            let statement = page(&place, &format!("statements/{file}"));
            for table in statement.split("<table class=\"findings\">").skip(1) {
                let rows = table.split("</table>").next().unwrap().split("<tr><th scope=\"row\">").skip(1);
                let records: Vec<&str> = rows.map(|row| row.split("</th>").next().unwrap()).collect();
                let dates: Vec<&str> =
                    records.iter().filter_map(|record| record.rsplit("<br>").next()).collect();
                // what is of the whole period has no date and stands last
                let (whole, dated): (Vec<&str>, Vec<&str>) =
                    dates.iter().partition(|date| **date == "the whole period");
                assert!(dated.is_sorted(), "{file}: {dates:?}");
                assert!(dates.ends_with(&whole), "{file}: {dates:?}");
                assert!(dated.is_empty() || statement.contains("In order of date ("), "{file}");
            }
        }
    }
}

#[test]
fn every_page_of_a_statement_says_whose_it_is_and_which() {
    let (place, _) = write(&root().join(TELECOM), "zh");
    let all = page(&place, "statements.html");
    let style = between(&all, "<style>", "</style>");
    let people = entries(&place.path().join("out/statements")).len();
    assert_eq!(style.matches("@page sheet").count(), people);
    for nth in 0..people {
        let rule = between(style, &format!("@page sheet{nth} {{"), "\n");
        // letters stand by their numbers, so that no word of a book is one of the style
        let whose = between(rule, "content: \"", "\"").rsplit("· ").next().unwrap();
        let sheet = between(&all, &format!("id=\"sheet{nth}\">"), "</dl>");
        let code = between(sheet, "<dt>编号</dt><dd>", "</dd>");
        let spelt: String = code
            .chars()
            .map(|c| if c.is_ascii_digit() { c.to_string() } else { format!("\\{:x} ", u32::from(c)) })
            .collect();
        assert!(whose.contains(&spelt), "{code}: {whose}");
        assert!(rule.contains(&format!("counter(sheet{nth})")), "{rule}");
    }
    // a list that others count by is no post
    let statement = seen(&page(&place, "statements/P001.html"));
    assert!(statement.contains("第一责任人 城东") && !statement.contains("第一责任人名单"), "{statement}");
    // the name of a source is not translated, and says so
    let (place, _) = write(&root().join(TELECOM), "en");
    assert!(seen(&page(&place, "statements/P001.html")).contains("basis 建议2·二 (Chinese)"));
}

#[test]
fn a_code_can_neither_leave_the_folder_nor_take_the_file_of_another() {
    let book = changed(&[
        (
            "organisation.csv",
            "person,P1,",
            "person,../x,甲,Jia,U1,2025-01-01,\nperson,con,甲,Jia,U1,2025-01-01,\nperson,P1,",
        ),
        ("organisation.csv", "person,P2,", "person,p2,甲,Jia,U1,2025-01-01,\nperson,P2,"),
        (
            "complaints.csv",
            "A-2,",
            "B-1,2026-10-05 10:30,重大,1,2026-10-06 08:00,../x\nB-2,2026-10-05 10:30,重大,1,2026-10-06 08:00,con\nB-3,2026-10-05 10:30,重大,1,2026-10-06 08:00,p2\nA-2,",
        ),
    ]);
    let (place, _) = write(&book.path().join("book"), "en");
    let names = entries(&place.path().join("out/statements"));
    assert_eq!(names.len(), 4, "{names:?}");
    let lower: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(lower.len(), 4, "{names:?}");
    assert!(!lower.contains("con.html") && !lower.contains("p2.html"), "{names:?}");
    let mut outside = entries(&place.path().join("out"));
    outside.sort();
    let files = [
        "assessment.json",
        "findings.csv",
        "report.html",
        "scorecards.csv",
        "set_aside.csv",
        "statements",
        "statements.html",
    ];
    assert_eq!(outside, files);
    assert_eq!(entries(place.path()), ["out"]);
}

#[test]
fn without_a_browser_the_screen_says_that_there_is_no_pdf() {
    let (place, said) = write(&root().join("fixtures/bad/base"), "en");
    assert!(said.out.contains("1 statement"), "{}", said.out);
    assert!(said.out.contains("no statements.pdf: /no/such/browser: there is no such file"), "{}", said.out);
    assert!(!place.path().join("out/statements.pdf").exists());
}

#[test]
fn what_is_too_much_for_a_page_is_said_and_stands_in_the_data() {
    let place = small_book();
    let people: String =
        (0..2_500).map(|nth| format!("person,Q{nth},员{nth},Q{nth},U1,2025-01-01,\n")).collect();
    let complaints: String = (0..7_500)
        .map(|nth| format!("C-{nth},2026-10-05 10:30,重大,1,2026-10-06 08:00,Q{}\n", nth % 1_500))
        .collect();
    for (file, more) in [("organisation.csv", people), ("complaints.csv", complaints)] {
        let path = place.path().join("book").join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}{more}")).unwrap();
    }
    let (out, _) = write(&place.path().join("book"), "en");
    let report = page(&out, "report.html");
    let subjects = report.matches("<details class=\"who").count();
    assert!((1_000..=1_010).contains(&subjects), "{subjects}");
    assert!(report.matches("<div class=\"finding\">").count() <= 4_000);
    assert!(seen(&report).contains("stand in scorecards.csv in the same folder"));
    assert!(seen(&report).contains("more findings: in findings.csv"));
    // a statement is never cut short: 7,501 findings, one PDF for nobody
    assert_eq!(told(&page(&out, "statements.html")).len(), 7_501);
}
