//! The statements of an assessment: all of them as one page, each as its own, and as one PDF where a browser can print it.

use super::browser::Browser;
use super::folder::Folder;
use super::progress;
use crate::language::{Language, Text};
use crate::report::{Digests, Statements, Subject};
use std::io;

/// More statements than this are not printed to one PDF: a browser would take hours, and nobody leafs through it.
const PRINTED: usize = 2_000;

/// Writes them, and says how many there are and whether there is a PDF.
pub(super) fn write(
    folder: &Folder,
    (subject, digests): (&Subject<'_>, &Digests),
    language: Language,
) -> io::Result<Text> {
    let statements = Statements::of(subject, digests, language);
    let count = statements.people().len();
    let mut page = statements.opening().into_bytes();
    for person in statements.people() {
        let sheet = statements.sheet(person);
        page.extend_from_slice(sheet.as_bytes());
        let document = statements.document(person, &sheet);
        folder
            .write(format!("statements/{}.html", person.file()), |out| out.write_all(document.as_bytes()))?;
    }
    page.extend_from_slice(statements.closing().as_bytes());
    folder.write("statements.html", |out| out.write_all(&page))?;
    Ok(match pdf(&page, count) {
        Ok(pdf) => {
            folder.write("statements.pdf", |out| out.write_all(&pdf))?;
            Text::new(
                format!("考核通知单 {count} 份：statements.html、statements/、statements.pdf"),
                format!("{count} statements: statements.html, statements/, statements.pdf"),
            )
        }
        Err(why) => Text::new(
            format!(
                "考核通知单 {count} 份：statements.html、statements/；未生成 statements.pdf：{}；可用浏览器打印 statements.html",
                why.zh
            ),
            format!(
                "{count} statements: statements.html, statements/; no statements.pdf: {}; print statements.html from a browser",
                why.en
            ),
        ),
    })
}

fn pdf(page: &[u8], count: usize) -> Result<Vec<u8>, Text> {
    if count > PRINTED {
        return Err(Text::new(format!("超过 {PRINTED} 份"), format!("there are more than {PRINTED}")));
    }
    progress::stage(&Text::new("正在打印 PDF", "printing the PDF"));
    Browser::find()?.print(page)
}
