//! Numbers in running heads: `58`, `xii`, `VII`.

/// A number as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    value: u32,
    letters: Letters,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letters {
    Digits,
    Small,
    Capital,
}

impl Number {
    fn parse(word: &str) -> Option<Self> {
        let digits = (1..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
        if digits {
            return word.parse().ok().map(|value| Self { value, letters: Letters::Digits });
        }
        let letters = if word.chars().all(char::is_lowercase) { Letters::Small } else { Letters::Capital };
        let value = from_roman(&word.to_lowercase())?;
        let number = Self { value, letters };
        (number.written() == word).then_some(number)
    }

    /// As it is printed.
    pub fn written(self) -> String {
        match self.letters {
            Letters::Digits => self.value.to_string(),
            Letters::Small => roman(self.value),
            Letters::Capital => roman(self.value).to_uppercase(),
        }
    }

    /// Whether two pages are as far apart as the numbers printed on them.
    pub fn counts_along(self, page: u32, other: Self, other_page: u32) -> bool {
        let between = |one: u32, other: u32| i64::from(one) - i64::from(other);
        self.letters == other.letters && between(self.value, other.value) == between(page, other_page)
    }

    /// Whether it is large enough for a year.
    pub fn is_year(self) -> bool {
        self.letters == Letters::Digits && self.value >= 1_400
    }
}

const ROMAN: [(u32, &str); 13] = [
    (1_000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
];

fn roman(mut value: u32) -> String {
    let mut written = String::new();
    for (worth, letters) in ROMAN {
        while value >= worth {
            written.push_str(letters);
            value = value.saturating_sub(worth);
        }
    }
    written
}

/// What letters of a Roman numeral are worth, well written or not.
fn from_roman(word: &str) -> Option<u32> {
    let worth =
        |letter: char| ROMAN.iter().find(|(_, one)| one.chars().eq([letter])).map(|(worth, _)| *worth);
    let values: Option<Vec<u32>> = word.chars().map(worth).collect();
    let values = values.filter(|values| (1..=15).contains(&values.len()))?;
    let (mut more, mut less) = (0_u32, 0_u32);
    for (at, value) in values.iter().enumerate() {
        let before_more = values.get(at.saturating_add(1)).is_some_and(|next| next > value);
        let side = if before_more { &mut less } else { &mut more };
        *side = side.saturating_add(*value);
    }
    more.checked_sub(less)
}

fn bare(word: &str) -> &str {
    word.trim_matches(|letter: char| !letter.is_alphanumeric())
}

/// The number that a line consists of: `19`, `— xii —`, `[3]`.
pub fn number_alone(text: &str) -> Option<Number> {
    let mut words = text.split_whitespace().map(bare).filter(|word| !word.is_empty());
    let number = words.next().and_then(Number::parse)?;
    words.next().is_none().then_some(number)
}

/// The letters of a line, small and without what stands between them; its numbers; and which of those stand at its
/// ends.
pub fn words(text: &str) -> (Vec<char>, Vec<Number>, Vec<usize>) {
    let (mut letters, mut numbers, mut ends) = (Vec::new(), Vec::new(), Vec::new());
    let words: Vec<&str> = text.split_whitespace().map(bare).filter(|word| !word.is_empty()).collect();
    for (at, word) in words.iter().enumerate() {
        let Some(number) = Number::parse(word) else {
            letters
                .extend(word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase));
            continue;
        };
        if at == 0 || at.saturating_add(1) == words.len() {
            ends.push(numbers.len());
        }
        numbers.push(number);
    }
    (letters, numbers, ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_in_digits_and_letters() {
        for (text, written) in [("19", "19"), ("— xii —", "xii"), ("[3]", "3"), ("VII.", "VII"), ("0", "0")]
        {
            assert_eq!(number_alone(text).map(Number::written).as_deref(), Some(written), "{text}");
        }
        for text in ["civil", "iiii", "12345", "the", "3 4", "", "Xi", "—"] {
            assert_eq!(number_alone(text), None, "{text}");
        }
    }

    #[test]
    fn a_line_is_letters_and_numbers() {
        let (letters, numbers, ends) = words("58 seat Weaving, part II of 3.");
        assert_eq!(letters.into_iter().collect::<String>(), "seatweavingpartof");
        assert_eq!(numbers.into_iter().map(Number::written).collect::<Vec<_>>(), ["58", "II", "3"]);
        assert_eq!(ends, [0, 2]);
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read(value in 1_u32..3_999) {
            proptest::prop_assert_eq!(from_roman(&roman(value)), Some(value));
        }

        #[test]
        fn any_word_is_read_or_left(word in "[ivxlcdmIVXLCDM0-9]{0,14}") {
            if let Some(number) = Number::parse(&word) {
                proptest::prop_assert!(number.written() == word || word.starts_with('0'));
            }
        }
    }
}
