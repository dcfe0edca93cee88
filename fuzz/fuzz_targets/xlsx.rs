//! A workbook: any bytes, or a sound archive with one part in any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use renze_fuzz::{Place, place};
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;

const PARTS: [(&str, &str); 6] = [
    (
        "[Content_Types].xml",
        r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#,
    ),
    (
        "xl/worksheets/sheet1.xml",
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c><c r="E1" t="s"><v>4</v></c><c r="F1" t="s"><v>5</v></c></row><row r="2"><c r="A2"><v>7</v></c><c r="B2"><v>46297.5</v></c><c r="C2" t="inlineStr"><is><t>重大</t></is></c><c r="D2"><v>1.5</v></c><c r="F2" t="str"><v>P1</v></c></row></sheetData></worksheet>"#,
    ),
    (
        "xl/sharedStrings.xml",
        r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="6" uniqueCount="6"><si><t>工单号</t></si><si><t>受理时间</t></si><si><t>严重程度</t></si><si><t>索赔金额</t></si><si><t>首次答复时间</t></si><si><t>处理人</t></si></sst>"#,
    ),
];

thread_local! { static PLACE: Place = place(); }

/// An archive of which one part holds these bytes.
fn workbook(changed: usize, bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (place, (name, text)) in PARTS.iter().enumerate() {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(if place == changed { bytes } else { text.as_bytes() }).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let file = match usize::from(*first) % (PARTS.len() + 1) {
        part if part < PARTS.len() => workbook(part, rest),
        _ => rest.to_vec(),
    };
    PLACE.with(|place| {
        place.write("complaints.xlsx", &file);
        place.complaints("complaints.xlsx");
    });
});
