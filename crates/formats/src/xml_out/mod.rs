//! Writing XML in few words. Characters that XML 1.0 forbids are left out, wherever they come from.

use std::borrow::Cow;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

pub(crate) type Xml = Writer<Vec<u8>>;

/// A whole document.
pub(crate) fn document(write: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut xml = Writer::new(Vec::new());
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    line(&mut xml)?;
    write(&mut xml)?;
    line(&mut xml)?;
    Ok(xml.into_inner())
}

/// A line end between elements.
pub(crate) fn line(xml: &mut Xml) -> io::Result<()> {
    xml.write_event(Event::Text(BytesText::from_escaped("\n")))
}

fn start<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, &*clean(value)));
    }
    start
}

/// An element with what `inner` writes.
pub(crate) fn element(
    xml: &mut Xml,
    name: &str,
    attributes: &[(&str, &str)],
    inner: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    xml.write_event(Event::Start(start(name, attributes)))?;
    inner(xml)?;
    xml.write_event(Event::End(BytesEnd::new(name)))
}

/// An element with text.
pub(crate) fn leaf(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], content: &str) -> io::Result<()> {
    element(xml, name, attributes, |xml| text(xml, content))
}

/// An element with nothing in it.
pub(crate) fn empty(xml: &mut Xml, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
    xml.write_event(Event::Empty(start(name, attributes)))
}

/// Text.
pub(crate) fn text(xml: &mut Xml, content: &str) -> io::Result<()> {
    xml.write_event(Event::Text(BytesText::new(&clean(content))))
}

/// The text without characters that XML 1.0 (2.2) forbids.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let allowed = |letter: char| matches!(letter, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(allowed) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter(|letter| allowed(*letter)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_allowed_is_left_out_and_the_rest_escaped() {
        let bytes = document(|xml| leaf(xml, "a", &[("b", "\"<\u{1}")], "x & \u{fffe}y")).unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b=\"&quot;&lt;\">x &amp; y</a>\n"
        );
    }
}
