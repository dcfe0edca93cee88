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
    pub fn pick<'t>(self, zh: &'t str, en: &'t str) -> &'t str {
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
