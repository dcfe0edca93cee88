//! The two languages of every title, message and report.

/// A language a report is read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// 中文
    Zh,
    /// English
    En,
}

impl Language {
    /// Of two wordings the one in this language.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// One thing said in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    /// The Chinese wording.
    pub zh: String,
    /// The English wording.
    pub en: String,
}

impl Text {
    /// A text with a wording for each language.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// A name or code that is the same in both languages.
    pub fn same(word: impl Into<String>) -> Self {
        let word = word.into();
        Self { zh: word.clone(), en: word }
    }

    /// The wording in one language.
    pub fn get(&self, language: Language) -> &str {
        language.pick(&self.zh, &self.en)
    }

    /// Whether neither language has a wording.
    pub fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }
}

/// A full-width character as its plain one, and every minus as the plain one.
pub fn narrow(letter: char) -> char {
    /// How far full-width characters are from plain ones.
    const WIDTH: u32 = 0xfee0;
    match letter {
        '\u{2212}' => '-',
        '\u{a0}' | '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            u32::from(letter).checked_sub(WIDTH).and_then(char::from_u32).unwrap_or(letter)
        }
        other => other,
    }
}
